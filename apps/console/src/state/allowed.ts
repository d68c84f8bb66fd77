import type { ProgramCommand, ProgramDetail } from "@elsewhere/protocol";

/** What can be asked for of one program. */
export type Wish = ProgramCommand["kind"] | "cross";

/** Why this cannot be done with a program as it is; null if it can. */
export function refusal(kind: Wish, { info, images }: Pick<ProgramDetail, "info" | "images">): string | null {
  if (info.status === "ended") return "It has ended.";
  if (info.status === "crossing") return "It is on its way to another host.";
  if (info.status === "crossed") return `It ${info.reason ?? "lives at another host"}.`;
  switch (kind) {
    case "suspend":
      return info.status === "suspended" ? "It is suspended already." : null;
    case "resume":
      return info.status === "running" ? "It is running." : null;
    case "rewind":
      return images.length === 0 ? "There is no image of it yet." : null;
    case "cross":
      return info.status === "running" ? null : "It has no turns in which it could consent.";
    case "upgrade":
    case "end":
      return null;
  }
}
