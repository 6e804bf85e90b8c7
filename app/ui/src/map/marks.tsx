// The marks of sites, drawn once: a disc stays, a ring with a plus opens, a cross closes, a small ring offers nothing.
import { STATE_COLOURS } from "./colours";

export type SiteState = keyof typeof STATE_COLOURS | "lock_open" | "lock_closed";
const SIZE = 44;
const MIDDLE = SIZE / 2;

type Draw = (context: CanvasRenderingContext2D) => void;

function disc(context: CanvasRenderingContext2D, radius: number, fill: string, edge: string, width: number) {
  context.beginPath();
  context.arc(MIDDLE, MIDDLE, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = width;
  context.strokeStyle = edge;
  context.stroke();
}

function lines(context: CanvasRenderingContext2D, points: number[][], colour: string, width: number) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = "round";
  for (const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] of points) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
}

const cross = (reach: number) => [
  [MIDDLE - reach, MIDDLE - reach, MIDDLE + reach, MIDDLE + reach],
  [MIDDLE - reach, MIDDLE + reach, MIDDLE + reach, MIDDLE - reach],
];
const plus = (reach: number) => [
  [MIDDLE - reach, MIDDLE, MIDDLE + reach, MIDDLE],
  [MIDDLE, MIDDLE - reach, MIDDLE, MIDDLE + reach],
];

function padlock(context: CanvasRenderingContext2D, colour: string) {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.beginPath();
  context.arc(MIDDLE, MIDDLE - 3, 5, Math.PI, 0);
  context.stroke();
  context.fillRect(MIDDLE - 8, MIDDLE - 3, 16, 12);
}

const MARKS: Record<SiteState, Draw> = {
  stays: (c) => disc(c, 13, STATE_COLOURS.stays, "#ffffff", 4),
  opens: (c) => {
    disc(c, 15, STATE_COLOURS.opens, "#ffffff", 4);
    lines(c, plus(7), "#ffffff", 5);
  },
  closes: (c) => {
    disc(c, 15, "#ffffff", STATE_COLOURS.closes, 4);
    lines(c, cross(7), STATE_COLOURS.closes, 5);
  },
  never: (c) => disc(c, 7, "#ffffff", STATE_COLOURS.never, 3),
  lock_open: (c) => {
    disc(c, 17, STATE_COLOURS.stays, "#ffffff", 3);
    padlock(c, "#ffffff");
  },
  lock_closed: (c) => {
    disc(c, 17, "#ffffff", STATE_COLOURS.closes, 4);
    padlock(c, STATE_COLOURS.closes);
  },
};

export function siteMarks(): Map<SiteState, ImageData> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return new Map();
  return new Map(
    (Object.entries(MARKS) as [SiteState, Draw][]).map(([state, draw]) => {
      context.clearRect(0, 0, SIZE, SIZE);
      draw(context);
      return [state, context.getImageData(0, 0, SIZE, SIZE)];
    }),
  );
}

// The same mark in a legend or a table.
export function Mark({ state }: { state: SiteState }) {
  const ref = (canvas: HTMLCanvasElement | null) => {
    const context = canvas?.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, SIZE, SIZE);
    MARKS[state](context);
  };
  return <canvas class="mark" width={SIZE} height={SIZE} ref={ref} aria-hidden="true" />;
}
