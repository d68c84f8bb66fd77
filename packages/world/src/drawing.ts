/** A map as it is drawn: what `GET /api/maps/NAME` answers. Holds nothing an inhabitant may not know. */
export interface MapDrawing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly copyright: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly tile: { readonly width: number; readonly height: number };
  readonly backgroundColor: string | null;
  /** Bottom to top; door layers carry the door they belong to. */
  readonly layers: readonly DrawnLayer[];
  readonly tilesets: readonly DrawnTileset[];
  /** Base64 of `width × height` bytes, 1 where a tile blocks whatever the doors do. */
  readonly blocked: string;
  readonly places: readonly DrawnPlace[];
  readonly entries: readonly DrawnPlace[];
  readonly exits: readonly (DrawnPlace & { readonly map: string })[];
  readonly worldExits: readonly DrawnPlace[];
}

export interface DrawnLayer {
  readonly name: string;
  readonly opacity: number;
  readonly visible: boolean;
  /** Whether it is drawn above the bodies (WorkAdventure: below the `floorLayer` in the list is under them). */
  readonly above: boolean;
  /** A door's layer: shown only while that door is open / closed. */
  readonly door: { readonly name: string; readonly shownWhen: "open" | "closed" } | null;
  /** Global tile ids, row-major, flip bits kept in the top three bits, 0 empty; base64 of little-endian u32. */
  readonly gids: string;
}

export interface DrawnTileset {
  readonly firstGid: number;
  readonly tileCount: number;
  readonly columns: number;
  readonly tile: { readonly width: number; readonly height: number };
  readonly margin: number;
  readonly spacing: number;
  /** Address of its image on the host, or null: then tiles are drawn as vectors by class. */
  readonly image: string | null;
  /** Class of a tile by local id, where it has one. */
  readonly classes: Readonly<Record<string, string>>;
}

export interface DrawnPlace {
  readonly name: string;
  readonly description: string;
  readonly room: boolean;
  /** Bounding box in tiles. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
