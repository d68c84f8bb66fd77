/** Seeds that once found something, and what that was. They are run for ever, whatever plans may mean by them later. */
export const pastSeeds: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 63, found: "letters that a restored host took while it was quarantined had numbers that were used already" },
  { seed: 166, found: "a restored host wanted to hold a program that had left before its backup, and come back and left again since" },
  { seed: 271, found: "a program that was offered two crossings at once and left by one kept its body here after a crash" },
  { seed: 282, found: "what is said to a host went on to the key it had before it was restored" },
  { seed: 317, found: "a host restored from before anybody had left it did not know by which name its programs had gone, and ran them" },
  { seed: 2818, found: "a host that ended just after it took somebody back let him go as well, and ended him where he had come to life" },
  { seed: 3053, found: "who was taken back had gone on by then, and was to end and to be buried here" },
  { seed: 3192, found: "a host restored while somebody was under way to it let its older copy go on, and the other host its own" },
  { seed: 11500, found: "who was taken back was, in the same tick, to stay where its life was void" },
  { seed: 230632355, found: "who was refused while its release was being written lost its body, and stayed" },
  { seed: 783399632, found: "a restored host had forgotten which question of a program's older heap was still to be answered" },
];
