import type { ComponentChildren } from "preact";

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">
        {children}
      </g>
    </svg>
  );
}

export const PlusIcon = () => (
  <Icon>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M4.5 10h11" />
  </Icon>
);
export const CentreIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3" />
    <path d="M10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3" />
  </Icon>
);
export const DoorIcon = () => (
  <Icon>
    <path d="M4 16.5h12M6 16.5V4.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v12M11.4 10.2v.1" />
  </Icon>
);
export const SpeakIcon = () => (
  <Icon>
    <path d="M3.5 10 16.5 4l-3 12.5-4-4.5z" />
  </Icon>
);
export const HelpIcon = () => (
  <Icon>
    <path d="M7.4 7.4a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.3 1-1.3 2M10 14.9v.1" />
  </Icon>
);
export const WholeIcon = () => (
  <Icon>
    <path d="M3.5 7.5v-4h4M16.5 7.5v-4h-4M3.5 12.5v4h4M16.5 12.5v4h-4" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const PlayIcon = () => (
  <Icon>
    <path d="M6.5 4.5v11l9-5.5z" />
  </Icon>
);
export const BackwardIcon = () => (
  <Icon>
    <path d="M13.5 4.5v11l-9-5.5z" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon>
    <path d="M7 4.5v11M13 4.5v11" />
  </Icon>
);
export const StepOnIcon = () => (
  <Icon>
    <path d="M5.5 5v10l7-5zM15 5v10" />
  </Icon>
);
export const StepBackIcon = () => (
  <Icon>
    <path d="M14.5 5v10l-7-5zM5 5v10" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="M12 4.5 6.5 10l5.5 5.5" />
  </Icon>
);
