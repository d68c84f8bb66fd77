import { cssColour, materials, type Material } from "../palette.ts";
import { box, castShadow, type Cell, chance, line, oval, same, shade } from "./brush.ts";

const painters: Partial<Record<Material, (cell: Cell) => void>> = {
  wall,
  roof,
  tree,
  plant,
  fence,
  door,
  window: windowPane,
  furniture,
  lamp,
  thing: furniture,
};

export function paintRaised(cell: Cell): void {
  if (cell.size >= 6) return painters[cell.material]?.(cell);
  cell.ctx.fillStyle = shade(cell).base;
  cell.ctx.fillRect(cell.x, cell.y, cell.size, cell.size);
}

/** A wall runs on through its windows and doors. */
const walled = (cell: Cell, dx: number, dy: number): boolean => {
  const other = cell.neighbour(dx, dy);
  return other === "wall" || other === "window" || other === "door";
};

function wall(cell: Cell): void {
  const { base, light, dark } = shadeOf("wall");
  const open = !walled(cell, 0, 1);
  const face = open ? 0.4 : 0;
  box(cell, base, 0, 0, 1, 1 - face);
  if (open) {
    box(cell, dark, 0, 1 - face, 1, face);
    cell.ctx.globalAlpha *= 0.35;
    line(cell, base, 0.025, [
      [0, 1 - face / 2],
      [1, 1 - face / 2],
    ]);
    const joint = 0.2 + chance(cell, 1) * 0.6;
    line(cell, base, 0.025, [
      [joint, 1 - face],
      [joint, 1 - face / 2],
    ]);
    line(cell, base, 0.025, [
      [1 - joint, 1 - face / 2],
      [1 - joint, 1],
    ]);
    cell.ctx.globalAlpha /= 0.35;
    castShadow(cell, 0, 1, 1, 0.32);
    line(cell, light, 0.035, [
      [0, 1 - face],
      [1, 1 - face],
    ]);
  }
  edges(cell, light, 1 - face);
}

/** The soft light edge along the sides of a wall's top that end in the open. */
function edges(cell: Cell, light: string, foot: number): void {
  cell.ctx.globalAlpha *= 0.75;
  if (!walled(cell, 0, -1))
    line(cell, light, 0.06, [
      [0, 0.03],
      [1, 0.03],
    ]);
  if (!walled(cell, -1, 0))
    line(cell, light, 0.05, [
      [0.025, 0.03],
      [0.025, foot],
    ]);
  if (!walled(cell, 1, 0))
    line(cell, light, 0.05, [
      [0.975, 0.03],
      [0.975, foot],
    ]);
  cell.ctx.globalAlpha /= 0.75;
}

const shadeOf = (material: Material): { base: string; light: string; dark: string } => {
  const { base, light, dark } = materials[material];
  return { base: cssColour(base), light: cssColour(light), dark: cssColour(dark) };
};

function windowPane(cell: Cell): void {
  wall(cell);
  const { base, light, dark } = shade(cell);
  const y = walled(cell, 0, 1) ? 0.3 : 0.62;
  box(cell, dark, 0.18, y - 0.02, 0.64, 0.32, 0.04);
  box(cell, base, 0.22, y + 0.02, 0.56, 0.24, 0.03);
  line(cell, light, 0.04, [
    [0.3, y + 0.2],
    [0.45, y + 0.06],
  ]);
}

function door(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  castShadow(cell, 0.08, 0.84, 0.96, 0.2);
  box(cell, dark, 0.06, 0.04, 0.88, 0.94, 0.1);
  box(cell, base, 0.12, 0.1, 0.76, 0.88, 0.07);
  for (const x of [0.37, 0.63])
    line(cell, dark, 0.025, [
      [x, 0.14],
      [x, 0.95],
    ]);
  line(cell, light, 0.03, [
    [0.15, 0.13],
    [0.85, 0.13],
  ]);
  oval(cell, "#e6c25f", 0.77, 0.56, 0.055, 0.055);
}

function roof(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  box(cell, base, 0, 0, 1, 1);
  cell.ctx.globalAlpha *= 0.5;
  for (let row = 0; row < 3; row += 1) {
    const y = (row + 1) / 3;
    line(cell, dark, 0.03, [
      [0, y - 0.02],
      [1, y - 0.02],
    ]);
    for (let column = 0; column < 3; column += 1) {
      const x = (column + (row % 2) * 0.5) / 3 + 0.08;
      line(cell, dark, 0.02, [
        [x, y - 0.3],
        [x, y - 0.04],
      ]);
      if (chance(cell, row * 3 + column) < 0.2) box(cell, light, x + 0.02, row / 3 + 0.03, 0.28, 0.26, 0.03);
    }
  }
  cell.ctx.globalAlpha /= 0.5;
  if (!same(cell, 0, -1))
    line(cell, light, 0.09, [
      [0, 0.05],
      [1, 0.05],
    ]);
  if (same(cell, 0, 1)) return;
  box(cell, dark, 0, 0.9, 1, 0.1);
  castShadow(cell, 0, 1, 1, 0.3);
}

function tree(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  const x = 0.5 + (chance(cell, 1) - 0.5) * 0.16;
  const y = 0.44 + (chance(cell, 2) - 0.5) * 0.12;
  oval(cell, "rgb(40 34 48 / 0.22)", x + 0.04, 0.86, 0.46, 0.18);
  oval(cell, dark, x, y + 0.06, 0.55, 0.52);
  oval(cell, base, x, y, 0.5, 0.46);
  cell.ctx.globalAlpha *= 0.65;
  oval(cell, light, x - 0.14, y - 0.14, 0.22, 0.18);
  oval(cell, light, x + 0.17, y + 0.02, 0.12, 0.1);
  oval(cell, dark, x + 0.02, y + 0.2, 0.17, 0.1);
  cell.ctx.globalAlpha /= 0.65;
}

const blossoms = ["#e9b7a6", "#f2e2b0", "#cfa8c8", "#f6f1e4"] as const;

function plant(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  oval(cell, "rgb(40 34 48 / 0.18)", 0.5, 0.78, 0.34, 0.13);
  for (let i = 0; i < 5; i += 1) {
    const x = 0.25 + chance(cell, i) * 0.5;
    const y = 0.32 + chance(cell, i + 6) * 0.38;
    oval(cell, i % 2 === 0 ? dark : base, x, y, 0.2, 0.17);
  }
  oval(cell, light, 0.42, 0.42, 0.13, 0.1);
  const blossom = blossoms[Math.floor(chance(cell, 20) * blossoms.length)]!;
  for (let i = 0; i < 3; i += 1) oval(cell, blossom, 0.25 + chance(cell, i + 30) * 0.5, 0.28 + chance(cell, i + 36) * 0.36, 0.05, 0.05);
}

function fence(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  const west = same(cell, -1, 0) ? 0 : 0.42;
  const east = same(cell, 1, 0) ? 1 : 0.58;
  castShadow(cell, 0.3, 0.4, 0.82, 0.2);
  if (same(cell, 0, -1))
    line(cell, base, 0.1, [
      [0.5, 0],
      [0.5, 0.5],
    ]);
  if (same(cell, 0, 1))
    line(cell, base, 0.1, [
      [0.5, 0.5],
      [0.5, 1],
    ]);
  for (const y of [0.42, 0.64]) {
    line(cell, dark, 0.1, [
      [west, y + 0.03],
      [east, y + 0.03],
    ]);
    line(cell, base, 0.08, [
      [west, y],
      [east, y],
    ]);
  }
  box(cell, dark, 0.4, 0.26, 0.2, 0.6, 0.05);
  box(cell, light, 0.4, 0.24, 0.2, 0.16, 0.05);
}

/** Furniture joins its neighbours of the same kind into one piece with one rim. */
function furniture(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  const west = same(cell, -1, 0) ? 0 : 0.08;
  const east = same(cell, 1, 0) ? 1 : 0.92;
  const north = same(cell, 0, -1) ? 0 : 0.08;
  const open = !same(cell, 0, 1);
  const south = open ? 0.72 : 1;
  const round = cell.material === "thing" ? 0.16 : 0.08;
  if (open) {
    castShadow(cell, west, east - west, 0.9, 0.18);
    box(cell, dark, west, north, east - west, 0.92 - north, round);
  }
  box(cell, base, west, north, east - west, south - north, open ? round : 0);
  cell.ctx.globalAlpha *= 0.7;
  if (north > 0)
    line(cell, light, 0.045, [
      [west + 0.04, north + 0.04],
      [east - 0.04, north + 0.04],
    ]);
  if (chance(cell, 4) < 0.4)
    line(cell, dark, 0.025, [
      [west + 0.15, 0.4],
      [east - 0.15, 0.4],
    ]);
  cell.ctx.globalAlpha /= 0.7;
}

function lamp(cell: Cell): void {
  const { base, light, dark } = shade(cell);
  oval(cell, "rgb(40 34 48 / 0.25)", 0.5, 0.9, 0.2, 0.07);
  line(cell, dark, 0.09, [
    [0.5, 0.88],
    [0.5, 0.34],
  ]);
  box(cell, dark, 0.33, 0.06, 0.34, 0.36, 0.08);
  box(cell, base, 0.38, 0.11, 0.24, 0.26, 0.06);
  oval(cell, light, 0.5, 0.22, 0.09, 0.1);
}
