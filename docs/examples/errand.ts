// What goes wrong is an ElsewhereError with a code. Always let time pass before trying the same again.
import { ElsewhereError, me, sleep } from "@elsewhere/program";

async function walk(to: string): Promise<boolean> {
  try {
    await me.go(to);
    return true;
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    console.log(`no way to ${to}: ${error.code}, ${error.message}`);
    await sleep({ minutes: 10 });
    return false;
  }
}

while (!(await walk("harbour/quay"))) await me.emote("sighs");
const { bodies } = await me.look();
await me.say(`I see ${bodies.length} of you here.`);
