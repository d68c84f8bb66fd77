import type { ProgramCommand, ProgramDetail } from "@elsewhere/protocol";

/** Why this cannot be done with a program as it is; null if it can. */
export function refusal(kind: ProgramCommand["kind"], { info, images }: Pick<ProgramDetail, "info" | "images">): string | null {
  if (info.status === "ended") return "It has ended.";
  switch (kind) {
    case "suspend":
      return info.status === "suspended" ? "It is suspended already." : null;
    case "resume":
      return info.status === "running" ? "It is running." : null;
    case "rewind":
      return images.length === 0 ? "There is no image of it yet." : null;
    case "upgrade":
    case "end":
      return null;
  }
}
