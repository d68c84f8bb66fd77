/** What a tile is made of, where no picture says how it looks. */
export type Material = keyof typeof materials;

interface Shades {
  readonly base: number;
  readonly light: number;
  readonly dark: number;
  /** Whether it stands up from the ground and hides what is behind it. */
  readonly raised: boolean;
  /** Softer ground spills over the edge of what lies lower: grass over path, sand over water. */
  readonly height: number;
}

const ground = (base: number, light: number, dark: number, height: number): Shades => ({ base, light, dark, raised: false, height });
const raised = (base: number, light: number, dark: number): Shades => ({ base, light, dark, raised: true, height: 0 });

export const materials = {
  water: ground(0x6fa0b4, 0x93c0cd, 0x548aa0, 0),
  sand: ground(0xe2d2a9, 0xeee2c2, 0xcfbb8c, 3),
  earth: ground(0xc6ae88, 0xd3bf9d, 0xad946c, 2),
  grass: ground(0xa8bd86, 0xbbcc9b, 0x8ea76c, 4),
  path: ground(0xd3c8b4, 0xe0d7c6, 0xbcae96, 1),
  stone: ground(0xb3b0a7, 0xc5c2ba, 0x97948b, 1),
  wood: ground(0xbb9268, 0xc9a47d, 0x9c7550, 1),
  floor: ground(0xdccdb2, 0xe7dbc5, 0xc6b493, 1),
  carpet: ground(0xb06b60, 0xc08277, 0x935349, 1),
  wall: raised(0x857c78, 0xa69d97, 0x5c5453),
  roof: raised(0xaf6a52, 0xc48168, 0x8a4f3c),
  tree: raised(0x668d5a, 0x86a974, 0x48704a),
  plant: raised(0x86a660, 0xa3bf7e, 0x678848),
  fence: raised(0x9a7955, 0xb5936d, 0x735839),
  door: raised(0x8d5d38, 0xa97a52, 0x653f24),
  window: raised(0xaccbd0, 0xd3e6e8, 0x7d9fa6),
  furniture: raised(0xa87e55, 0xc29a70, 0x7d5a3a),
  lamp: raised(0xe6c25f, 0xf7e3a1, 0x6c5a44),
  thing: raised(0xb9a88d, 0xd0c2ab, 0x8d7c62),
} as const satisfies Record<string, Shades>;

/** Words of tile classes and layer names, in the order in which they are tried. */
const words: readonly (readonly [Material, readonly string[]])[] = [
  ["lamp", ["lamp", "lantern", "light", "candle", "torch", "fire", "hearth", "streetlamp", "beacon"]],
  ["roof", ["roof", "thatch", "shingle", "chimney", "awning", "canopy"]],
  ["window", ["window", "glass", "pane"]],
  ["door", ["door", "gate", "doorway", "hatch"]],
  ["fence", ["fence", "railing", "rail", "bollard", "palisade", "post"]],
  ["wall", ["wall", "building", "house", "brick", "pillar", "column", "cliff"]],
  ["tree", ["tree", "forest", "bush", "hedge", "shrub", "foliage", "pine", "oak"]],
  ["plant", ["plant", "flower", "crop", "garden", "wheat", "reed", "vine", "pot", "fern", "nature", "decoration"]],
  ["carpet", ["carpet", "rug", "mat", "runner"]],
  ["furniture", furnitureWords()],
  ["water", ["water", "sea", "river", "pond", "ocean", "lake", "canal", "fountain", "harbour", "well"]],
  ["wood", ["wood", "plank", "deck", "pier", "jetty", "dock", "bridge", "boat", "ship", "timber", "wooden", "mooring"]],
  ["sand", ["sand", "beach", "shore", "dune"]],
  ["path", ["path", "road", "street", "cobble", "cobbles", "paving", "pavement", "quay", "square", "plaza", "track", "market"]],
  ["stone", ["stone", "rock", "gravel", "marble", "flagstone", "step", "stair"]],
  ["earth", ["earth", "soil", "dirt", "mud", "field"]],
  ["floor", ["floor", "parquet", "interior", "room", "indoor", "tile"]],
  ["grass", ["grass", "lawn", "meadow", "green", "ground", "terrain", "background", "bottom"]],
  ["thing", ["thing", "object", "item", "above", "over", "top", "prop"]],
];

function furnitureWords(): readonly string[] {
  const seats = ["chair", "stool", "bench", "bed", "sofa", "seat"];
  const work = ["table", "desk", "counter", "stall", "oven", "stove", "shelf", "shelves", "bookcase", "cabinet", "cupboard"];
  return [...seats, ...work, "furniture", "barrel", "crate", "chest", "box", "cart", "sack", "anvil", "kitchen", "piano"];
}

/** Splits `HouseWalls_2` into `house`, `walls`, and takes plurals as their singular. */
function wordsOf(name: string): readonly string[] {
  const split = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return split.flatMap((word) => (word.endsWith("s") && !word.endsWith("ss") ? [word, word.slice(0, -1)] : [word]));
}

/** The material a name speaks of, or null. The last word weighs most: a "garden wall" is a wall. */
export function materialOf(name: string): Material | null {
  const spoken = wordsOf(name).toReversed();
  for (const word of spoken) {
    const found = words.find(([, list]) => list.includes(word));
    if (found !== undefined) return found[0];
  }
  return null;
}

const channel = (colour: number, shift: number): number => (colour >> shift) & 255;

/** Mixes two `0xRRGGBB` colours; `share` 0 gives the first. */
export function mixColour(a: number, b: number, share: number): number {
  const mix = (shift: number): number => Math.round(channel(a, shift) + (channel(b, shift) - channel(a, shift)) * share) << shift;
  return mix(16) | mix(8) | mix(0);
}

export const cssColour = (colour: number): string => `#${colour.toString(16).padStart(6, "0")}`;

/** WCAG 2 relative luminance. */
function luminance(colour: number): number {
  const linear = (shift: number): number => {
    const value = channel(colour, shift) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(a: number, b: number): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Cloaks a body can wear: far apart in hue, all dark enough for white letters (4.5 : 1). */
export const bodyColours: readonly number[] = [
  0xa63d40, 0xb0521f, 0x8a6414, 0x5f7020, 0x3a7a3a, 0x1f7a63, 0x1c7385, 0x2c68a8, 0x4d57b5, 0x7349ad, 0x94408f, 0xa83a66, 0x6b5b4d,
  0x506070,
];

/** A small stable number from a name (FNV-1a). */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The colour a body is known by, on the map and beside it. */
export const colourOfName = (name: string): number => bodyColours[hashName(name) % bodyColours.length]!;
