const WIDTH = 120;
const HEIGHT = 36;
const POINTS = 40;

/** The course of a figure, newest at the right; decoration beside the figure itself. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const top = Math.max(1, ...values) * 1.15;
  const points = values.map((value, index) => {
    const x = WIDTH - 3 - (values.length - 1 - index) * ((WIDTH - 6) / (POINTS - 1));
    return { x, y: HEIGHT - 3 - (value / top) * (HEIGHT - 6) };
  });
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;

  const line = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polygon points={`${first.x},${HEIGHT} ${line} ${last.x},${HEIGHT}`} />
      <polyline points={line} />
      <circle cx={last.x} cy={last.y} r="2.5" />
    </svg>
  );
}
