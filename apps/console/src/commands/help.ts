/** One line of help: what to write, and what it does. */
export interface HelpLine {
  readonly word: string;
  readonly usage: string;
  readonly meaning: string;
}

export const helpLines: readonly HelpLine[] = [
  { word: "say", usage: "just write", meaning: "say it to those within hearing" },
  { word: "w", usage: "/w name text", meaning: "whisper to somebody next to you" },
  { word: "shout", usage: "/shout text", meaning: "be heard far away" },
  { word: "me", usage: "/me waves", meaning: "show what you do" },
  { word: "go", usage: "/go place", meaning: "walk to a place, a body or @x,y" },
  { word: "follow", usage: "/follow name", meaning: "walk after somebody" },
  { word: "stop", usage: "/stop", meaning: "stand still" },
  { word: "look", usage: "/look [name]", meaning: "look around, or at somebody" },
  { word: "use", usage: "/use door [code]", meaning: "use a door, a bell, a stall" },
  { word: "take", usage: "/take thing", meaning: "pick something up" },
  { word: "drop", usage: "/drop thing", meaning: "put something down" },
  { word: "give", usage: "/give thing name", meaning: "hand something over" },
  { word: "do", usage: '/do verb {"a": 1}', meaning: "any verb of this world's own" },
  { word: "leave", usage: "/leave", meaning: "leave the world, at a way out" },
];

/** The lines worth showing while somebody types: those whose word begins as theirs does. */
export function helpFor(line: string): readonly HelpLine[] {
  const typed = /^\/(\S*)/.exec(line)?.[1]?.toLowerCase();
  if (typed === undefined || line.startsWith("//")) return [];
  const whole = /^\/\S+\s/.test(line);
  return helpLines.filter(({ word }) => (whole ? word === typed : word.startsWith(typed)));
}
