/** What others see of one. `me.show` replaces everything that is shown, so this keeps the parts together. */
import { type JsonObject, me } from "@elsewhere/program";

/** Shows a role from now on; the returned function changes single traits and leaves the others. */
export function looks(role: string, first: JsonObject = {}): (part: JsonObject) => Promise<void> {
  let shown: JsonObject = { role, ...first };
  const show = async (part: JsonObject): Promise<void> => {
    shown = { ...shown, ...part };
    await me.show(shown);
  };
  void show({});
  return show;
}
