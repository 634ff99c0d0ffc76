import { init } from 'echarts';
import { ratioOf } from './report.ts';
import type { Chart, SectionResult } from './section.ts';

const SIZE = { width: 880, height: 460 };
/** Okabe and Ito's, which colour-blind readers tell apart. */
const COLOURS = ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#000000'];
/** More points than this are a course over time, fewer are things beside each other. */
const BARS_UP_TO = 8;
/** Beyond this the small ones vanish beside the large one. */
const LINEAR_UP_TO = 50;

/** The chart of a section as SVG: its own, or the ratio of each figure. */
export function chartOf(result: SectionResult, title: string, subtitle: string): string {
  return draw(result.chart ?? ratioChart(result, title), subtitle);
}

function ratioChart(result: SectionResult, title: string): Chart {
  const points = result.figures.flatMap((figure) => {
    const { median } = ratioOf(figure);
    return Number.isFinite(median) ? [[`${figure.what} / ${figure.against}`, median] as const] : [];
  });
  return { title, unit: 'ratio', series: [{ name: 'ours / theirs', points }] };
}

function draw({ title, unit, series }: Chart, subtitle: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  const places = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))];
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const wide = Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > LINEAR_UP_TO;
  // A bar has no length on a logarithmic axis, so there are points instead.
  const type =
    places.length > BARS_UP_TO ? ('line' as const) : wide ? ('scatter' as const) : ('bar' as const);
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    title: { text: title, subtext: subtitle, left: 16, top: 10, textStyle: { fontSize: 15 } },
    legend: { bottom: 8, show: series.length > 1 },
    grid: { left: 24, right: 24, top: 84, bottom: series.length > 1 ? 48 : 24, containLabel: true },
    xAxis: {
      type: 'category',
      data: places,
      axisTick: { show: false },
      axisLabel: { interval: places.length > BARS_UP_TO ? 'auto' : 0, width: 130, overflow: 'break' },
    },
    yAxis: {
      type: wide ? 'log' : 'value',
      name: unit,
      nameLocation: 'end',
      splitLine: { lineStyle: { color: '#e4e4e4' } },
    },
    series: series.map(({ name, points }) => ({
      name,
      type,
      data: places.map((place) => points.find(([x]) => x === place)?.[1] ?? null),
      ...(type === 'line' ? { showSymbol: false } : {}),
      ...(type === 'scatter' ? { symbolSize: 11 } : {}),
      ...(type === 'bar' ? { barMaxWidth: 56 } : {}),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
