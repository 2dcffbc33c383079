// One panel of curves on one axis of steps: mean lines, and a band where a point stands for several steps.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { isDark } from "../shared/theme";
import { number, steps } from "./format";
import type { Points } from "./runs_api";

export interface Line {
  label: string;
  points: Points;
  color: number; // of the palette, from 0
  dashed?: boolean;
  dots?: boolean;
}

interface Props {
  title: string;
  note?: string;
  lines: Line[];
  min?: number;
  max?: number;
  format?: (value: number) => string;
  axisFormat?: (value: number) => string;
  onRange: (range: { from: number; to: number } | null) => void;
}

const HEIGHT = 190;
const SYNC = "r1-watch"; // a pointer over one panel points in all
type Row = (number | null)[];

// All lines on one column of steps; a metric that has no value at a step has a gap there only if it has no neighbours.
function tableOf(lines: Line[]): uPlot.AlignedData {
  const tables = lines.map(({ points }): uPlot.AlignedData => {
    const low: Row = points.low ?? points.mean.map(() => null);
    const high: Row = points.high ?? low;
    return [points.steps, points.mean, low, high];
  });
  if (tables.length === 1) return tables[0]!;
  return uPlot.join(tables, tables.map((table) => table.map(() => 0)));
}

function optionsOf(props: Props, width: number, element: HTMLElement, onValues: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(element);
  const colorOf = (name: string) => style.getPropertyValue(name).trim();
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const line of props.lines) {
    const stroke = colorOf(`--series-${(line.color % 6) + 1}`);
    const at = series.length;
    series.push({ stroke, width: 2, dash: line.dashed ? [5, 4] : undefined, spanGaps: true, points: { show: line.dots ?? false, size: 5, fill: stroke } });
    series.push({ stroke: "transparent", spanGaps: true, points: { show: false } }, { stroke: "transparent", spanGaps: true, points: { show: false } });
    bands.push({ series: [at + 2, at + 1], fill: stroke + "2e" });
  }
  const axis: uPlot.Axis = {
    stroke: colorOf("--ink-soft"),
    grid: { stroke: colorOf("--line"), width: 1 },
    ticks: { show: false },
    font: "12px Inter, system-ui, sans-serif",
  };
  const format = props.axisFormat ?? props.format ?? number;
  return {
    width,
    height: HEIGHT,
    series,
    bands,
    legend: { show: false },
    scales: {
      x: { time: false },
      y: {
        range: (_, low, high) => {
          if (low === null || !Number.isFinite(low)) return [0, 1];
          const bottom = props.min ?? low, top = props.max ?? high;
          if (bottom === top && bottom === props.min) return [bottom, bottom + 1];
          if (bottom === top) return [bottom - (bottom === 0 ? 0.5 : Math.abs(bottom) * 0.1), top + (top === 0 ? 0.5 : Math.abs(top) * 0.1)];
          const pad = (top - bottom) * 0.06;
          return [props.min ?? bottom - pad, props.max === undefined ? top + pad : top + pad / 2];
        },
      },
    },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? steps(tick) : "")), space: 70 },
      { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => (props.max !== undefined && tick > props.max ? "" : format(tick))), space: 34 },
    ],
    cursor: { sync: { key: SYNC, setSeries: false }, points: { size: 7 }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      setCursor: [(u) => onValues(u.cursor.idx ?? null)],
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          props.onRange({ from: Math.max(0, Math.floor(u.posToVal(u.select.left, "x"))), to: Math.ceil(u.posToVal(u.select.left + u.select.width, "x")) });
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

// Lines that need other options: a chart is made anew for them, and only filled for new points.
const shapeOf = (props: Props) => props.lines.map((line) => `${line.label}|${line.color}|${line.dashed}|${line.dots}`).join("\n") + isDark();

export function Curve(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const values = useRef<(HTMLElement | null)[]>([]);
  const at = useRef<HTMLElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const format = props.format ?? number;
  const shape = shapeOf(props);

  // Straight into the text: a moving pointer draws nothing else.
  const tell = (index: number | null) => {
    const data = chart.current?.data;
    if (!data) return;
    latest.current.lines.forEach((line, i) => {
      const column = data[1 + 3 * i] as Row | undefined;
      let value = index === null ? undefined : column?.[index];
      if (index !== null && value == null) for (let near = index; near >= 0 && value == null; --near) value = column?.[near];
      const shown = value ?? line.points.mean.at(-1);
      const element = values.current[i];
      if (element) element.textContent = shown === undefined ? "–" : (latest.current.format ?? number)(shown);
    });
    if (at.current) at.current.textContent = index === null ? "" : `step ${steps(data[0][index] ?? 0)}`;
  };

  useEffect(() => {
    const element = box.current!;
    const u = new uPlot(optionsOf(latest.current, Math.max(160, element.clientWidth), element, tell), [[]], element);
    chart.current = u;
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== u.width) u.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      u.destroy();
      chart.current = null;
    };
  }, [shape]);

  useEffect(() => {
    const start = performance.now();
    chart.current?.batch(() => chart.current!.setData(tableOf(props.lines)));
    tell(null);
    queueMicrotask(() => performance.measure("r1-curve", { start, end: performance.now() }));
  }, [shape, ...props.lines.flatMap((line) => [line.points])]);

  const move = (event: KeyboardEvent) => {
    const u = chart.current;
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!u || by === 0) return;
    event.preventDefault();
    const count = u.data[0].length;
    const index = Math.min(count - 1, Math.max(0, (u.cursor.idx ?? count - 1) + by * (event.shiftKey ? 10 : 1)));
    u.setCursor({ left: u.valToPos(u.data[0][index] ?? 0, "x"), top: 10 });
  };

  const first = props.lines[0]?.points;
  const spoken = props.lines.map((line) => `${line.label} from ${format(line.points.mean[0] ?? NaN)} to ${format(line.points.mean.at(-1) ?? NaN)}`).join("; ");
  return (
    <figure class="curve">
      <figcaption>
        <span class="curve-title">{props.title}</span>
        {props.note && <span class="curve-note">{props.note}</span>}
        <span class="curve-at number" ref={at} aria-hidden="true" />
      </figcaption>
      <div
        class="curve-box"
        ref={box}
        role="img"
        tabIndex={0}
        aria-label={`${props.title}, steps ${steps(first?.steps[0] ?? 0)} to ${steps(first?.steps.at(-1) ?? 0)}: ${spoken}`}
        onKeyDown={move}
        onDblClick={() => props.onRange(null)}
      />
      <ul class="legend">
        {props.lines.map((line, i) => (
          <li key={i}>
            <span class={`swatch series-${(line.color % 6) + 1}${line.dashed ? " dashed" : ""}`} aria-hidden="true" />
            <span class="legend-label">{line.label}</span>
            <span class="number legend-value" ref={(element) => { values.current[i] = element; }} />
          </li>
        ))}
      </ul>
    </figure>
  );
}
