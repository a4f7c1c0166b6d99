import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Dashboard, Graph } from '../core/metric/dashboard.ts';
import type { Published } from './built.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import type { ShownLine } from './shown-line.ts';
import type { Unpublished } from './unpublished.ts';
import type { DashboardText, GraphText } from './texts.ts';
import type { Served } from './serving.ts';
import type { Written } from './validate.ts';
import { dashboardOf, graphOf, graphOfDataset, type ViewContext } from './views.ts';

/** The graphs and dashboards of a folder, over data sets that are served. */
export class Showing {
  readonly graphs = new Map<string, Graph>();
  readonly dashboards = new Map<string, Dashboard>();
  readonly published: Published[] = [];
  /** Warnings about graphs and dashboards that are correct but can't be shown as written. */
  readonly warnings: Mistake[] = [];
  /** The lines of its graphs that are given by paths. */
  readonly lines: ShownLine[] = [];
  readonly #datasets: readonly Served[];
  readonly #context: ViewContext;
  readonly #mistakes: Mistake[];

  /**
   * @param unpublished the things that are written but can't be shown; further graphs that can't be shown are
   * added
   */
  constructor(
    datasets: readonly Served[],
    catalogue: Catalogue,
    unpublished: Unpublished,
    mistakes: Mistake[],
  ) {
    this.#datasets = datasets;
    const byName = new Map(datasets.map((one) => [one.metric.name, one]));
    this.#context = { catalogue, datasets: byName, unpublished, lines: this.lines };
    this.#mistakes = mistakes;
  }

  addGraph(written: Written<GraphText>): void {
    const { graph: id, title } = written.value;
    if (this.graphs.has(id)) {
      this.#mistakes.push(written.mistake(['graph'], `there is another graph ${id}.`));
      return;
    }
    this.#attempt([id], () => {
      this.graphs.set(id, graphOf(written.value, id, this.#context, written));
      this.published.push({ kind: 'graph', name: id, title, file: written.file });
    });
  }

  /** Adds a graph for each data set under its name, unless the folder has a graph of that name. */
  addWholes(): void {
    for (const { metric, whole } of this.#datasets)
      if (!this.graphs.has(metric.name)) this.graphs.set(metric.name, graphOfDataset(metric, whole));
  }

  addDashboard(written: Written<DashboardText>): void {
    const { dashboard: id, headline } = written.value;
    if (this.dashboards.has(id)) {
      this.#mistakes.push(written.mistake(['dashboard'], `there is another dashboard ${id}.`));
      return;
    }
    const graphs = written.value.tabs.flatMap((tab) => tab.graphs);
    const inline = graphs.flatMap((one) => (typeof one === 'string' ? [] : (one.graph ?? [])));
    this.#attempt(inline, () => {
      const { dashboard, graphs } = dashboardOf(written, new Set(this.graphs.keys()), this.#context);
      for (const graph of graphs) this.graphs.set(graph.id, graph);
      this.dashboards.set(id, dashboard);
      this.published.push({ kind: 'dashboard', name: id, title: headline, file: written.file });
    });
  }

  /** @param graphs the ids of the graphs that aren't shown if it fails */
  #attempt(graphs: readonly string[], work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof MistakesError)) throw error;
      this.#mistakes.push(...error.mistakes);
      this.warnings.push(...error.waits.map(({ note }) => note));
      const reason = error.mistakes[0] ?? error.waits[0]?.reason;
      if (reason) for (const id of graphs) this.#context.unpublished.add('graph', id, reason);
    }
  }
}
