/** The page's own colours, as the map needs them. Read from the style sheet, so that there is one palette. */
export interface Theme {
  readonly outside: number;
  readonly paper: number;
  readonly ink: number;
  readonly soft: number;
  readonly accent: number;
}

export function readTheme(style: CSSStyleDeclaration): Theme {
  const colour = (name: string): number => Number.parseInt(style.getPropertyValue(name).trim().slice(1), 16) || 0;
  return {
    outside: colour("--outside"),
    paper: colour("--paper"),
    ink: colour("--ink"),
    soft: colour("--ink-soft"),
    accent: colour("--accent"),
  };
}

/** Signs on the map are the same by day and by night, whatever the page's scheme. */
export const signColour = 0x0b5c57;

export const fonts = {
  plain: 'system-ui, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif',
  book: '"Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", "DejaVu Serif", serif',
} as const;
