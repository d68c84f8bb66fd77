import type { Command } from "commander";
import type { Authority } from "./authority.ts";
import { placeKeyCommand } from "./make-place-key.ts";
import { openPlaceCommand } from "./open-place.ts";
import { urlOption } from "./running-host.ts";

interface Flags {
  readonly json?: boolean;
}

/** `elsewhere place …`. */
export function addPlaces(program: Command, authority: Authority): void {
  const places = program.command("place").description("make the keys of hidden places, and open those that are closed");
  places
    .command("key")
    .description("make the key of a hidden place: what goes into its map, and the coordinates to keep")
    .argument("<map/place>", "the map, as a world calls it, and the area")
    .option("--secret <text>", "its secret (default: one is made, which nobody guesses)")
    .option("--json", "one line of JSON")
    .addHelpText("after", keyHelp)
    .action((at: string, { secret, json = false }: Flags & { readonly secret?: string }) =>
      placeKeyCommand({ at, secret: secret ?? null, json }, authority),
    );
  places
    .command("open")
    .description("open a closed hidden place of a running host")
    .argument("[coordinates]", "MAP/PLACE~SECRET; left out, they are asked for, so that no shell remembers them")
    .addOption(urlOption())
    .option("--token <token>", "the operator's, or a person's; the host's own machine needs none")
    .option("--json", "one line of JSON")
    .addHelpText("after", openHelp)
    .action((coordinates: string | undefined, { url, token, json = false }: Flags & { readonly url: string; readonly token?: string }) =>
      openPlaceCommand({ coordinates: coordinates ?? null, url, token: token ?? null, json }, authority),
    );
}

const keyHelp = `
What happens in a hidden place is stored encrypted to its key. The public half stands in the map as world:recipient; the other
follows from map, place and secret, and is nowhere. Renaming the map or the place, or another secret, makes another key.`;

const openHelp = `
A place with world:recipient is closed after every start: wall to everybody. Whoever was in it rests there, until somebody
gives its coordinates, here, in the console, or to the host when it starts (--place-keys).

  elsewhere place open < coordinates.txt
  elsewhere place open --url 'http://localhost:7070/#operator=TOKEN'`;
