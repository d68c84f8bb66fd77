/** Seeds that once found something, and what that was. They are run for ever, whatever plans may mean by them later. */
export const pastSeeds: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 63, found: "letters that a restored host took while it was quarantined had numbers that were used already" },
  { seed: 166, found: "a restored host wanted to hold a program that had left before its backup, and come back and left again since" },
  { seed: 282, found: "what is said to a host went on to the key it had before it was restored" },
  { seed: 317, found: "a host restored from before anybody had left it did not know by which name its programs had gone, and ran them" },
];
