// Starts programs of its own. In world.json its entry says: "spawns": ["programs/chick.ts"]
import { at, ElsewhereError, log, me, spawn } from "@elsewhere/program";

for (let chicks = 1; ; chicks++) {
  await at({ hour: 6 });
  try {
    const { program } = await spawn({ code: "programs/chick.ts", name: `Chick ${chicks}`, memory: { mother: me.id }, share: 0.2 });
    log(`${program} has hatched`);
  } catch (error) {
    if (!(error instanceof ElsewhereError) || error.code !== "limit") throw error;
    log("no more can be fed for now:", error.message);
  }
}
