/**
 * A lamp: a body that does not walk and whose whole life is one trait. Shows how little a program can be, and that a thing
 * with behaviour is simply a program.
 */
import { me } from "@elsewhere/program";

let lit = false;
const turn = (on: boolean): Promise<void> => {
  lit = on;
  return me.show({ role: "lamp", lit });
};

me.on("did", ({ verb, to }) => (to === me.id && (verb === "light" || verb === "douse") ? turn(verb === "light") : undefined));
me.on("used", () => turn(!lit));
await turn(false);
