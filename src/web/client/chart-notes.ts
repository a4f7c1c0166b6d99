import type uPlot from 'uplot';
import { markNotes } from '../../formats/chart/note-marks.ts';

/** The radius of the numbers' rims. */
const RADIUS = 8;

/** Draws a line at the start of each note, with its number above, and shades its periods, as in the picture. */
export function drawNotes(
  plot: uPlot,
  notes: readonly (readonly [from: number, to: number])[],
  ink: string,
): void {
  if (notes.length === 0) return;
  const { ctx, bbox } = plot;
  const unit = devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  const at = (seconds: number): number => plot.valToPos(seconds, 'x', true);
  ctx.save();
  ctx.fillStyle = ink;
  ctx.strokeStyle = ink;
  ctx.globalAlpha = 0.1;
  for (const [from, to] of notes) ctx.fillRect(at(from), bbox.top, at(to) - at(from), bbox.height);
  ctx.globalAlpha = 1;
  ctx.lineWidth = unit;
  ctx.font = `${11 * unit}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const places = notes.map(([from]) => at(from));
  for (const { x, label } of markNotes(places, (2 * RADIUS + 2) * unit)) {
    ctx.setLineDash([2 * unit, 3 * unit]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + 2 * RADIUS * unit);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.setLineDash([]);
    const half = Math.max(RADIUS * unit, ctx.measureText(label).width / 2 + 4 * unit);
    const middle = Math.max(half, Math.min(x, ctx.canvas.width - half));
    ctx.beginPath();
    ctx.roundRect(middle - half, bbox.top, 2 * half, 2 * RADIUS * unit, RADIUS * unit);
    ctx.stroke();
    ctx.fillText(label, middle, bbox.top + RADIUS * unit);
  }
  ctx.restore();
}
