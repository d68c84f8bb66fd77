/** The program both sides hold: it listens, remembers who said what, answers, and has state of its own from its seed. */
export const source = `
import { me } from "@elsewhere/program";
const known = new Map();
const shelf = Array.from({ length: 20 }, (_, i) => ({ loaf: i, price: 1 + Math.floor(Math.random() * 9) }));
let turns = 0;
me.on("heard", ({ from, text }) => {
  turns += 1;
  const visitor = known.get(from.name) ?? { visits: 0, said: [] };
  visitor.visits += 1;
  visitor.said = [...visitor.said.slice(-3), text];
  known.set(from.name, visitor);
  const loaf = shelf[turns % shelf.length];
  void me.say(\`\${from.name}, visit \${visitor.visits}: loaf \${loaf.loaf} is \${loaf.price} pence (\${turns})\`);
});
`;

/** What a turn is given: an answer to what it said last, and a word from one of a few visitors. */
export function inputOf(turn: number, program: number): string {
  const start = turn === 1 ? { id: program, name: `Baker ${program}`, seed: program * 7919, memory: {}, lastN: 0 } : null;
  const percepts: object[] = [];
  if (turn > 2) percepts.push({ kind: "reply", n: turn - 2, ok: true, data: null });
  if (turn > 1) percepts.push({ kind: "heard", from: { id: 5, name: `Visitor ${turn % 5}` }, how: "say", text: `Good day number ${turn}` });
  const heapBytesMax = 2 * 1024 * 1024;
  return JSON.stringify({ turn, now: 1_900_000_000_000 + turn * 60_000, start, rewound: null, heapBytesMax, percepts });
}

/** What a program asked for, the same on both sides if both did the same work. */
export function askedIn(outcome: string): string {
  const { intents } = JSON.parse(outcome) as { intents: readonly unknown[] };
  return JSON.stringify(intents);
}
