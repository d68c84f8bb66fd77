import { ElsewhereError } from "@elsewhere/protocol";
import { contractSuite } from "../contract-suite.ts";
import { openMemory } from "./memory.ts";

contractSuite("memory", {
  open: async () => {
    let on = false;
    const storage = openMemory({ refuse: () => (on ? new ElsewhereError("storage", "the disk is full") : null) });
    return { storage, refuse: async (refused) => void (on = refused) };
  },
});
