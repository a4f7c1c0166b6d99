import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Dashboard, Graph } from '../core/metric/dashboard.ts';
import type { Published } from './built.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import type { DashboardText, GraphText } from './texts.ts';
import type { Served } from './serving.ts';
import type { Written } from './validate.ts';
import { dashboardOf, graphOf, graphOfDataset, type ViewContext } from './views.ts';

/** The graphs and dashboards of a folder, over data sets that are served. */
export class Showing {
  readonly graphs = new Map<string, Graph>();
  readonly dashboards = new Map<string, Dashboard>();
  readonly published: Published[] = [];
  readonly #datasets: readonly Served[];
  readonly #context: ViewContext;
  readonly #mistakes: Mistake[];

  constructor(datasets: readonly Served[], catalogue: Catalogue, mistakes: Mistake[]) {
    this.#datasets = datasets;
    this.#context = { catalogue, datasets: new Map(datasets.map((one) => [one.metric.name, one])) };
    this.#mistakes = mistakes;
  }

  addGraph(written: Written<GraphText>): void {
    const { graph: id, title } = written.value;
    if (this.graphs.has(id)) {
      this.#mistakes.push(written.mistake(['graph'], `there is another graph ${id}.`));
      return;
    }
    this.#attempt(() => {
      this.graphs.set(id, graphOf(written.value, id, this.#context, written));
      this.published.push({ kind: 'graph', name: id, title, file: written.file });
    });
  }

  /** Each data set is a graph of its own name, unless somebody drew another one. */
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
    this.#attempt(() => {
      const { dashboard, graphs } = dashboardOf(written, new Set(this.graphs.keys()), this.#context);
      for (const graph of graphs) this.graphs.set(graph.id, graph);
      this.dashboards.set(id, dashboard);
      this.published.push({ kind: 'dashboard', name: id, title: headline, file: written.file });
    });
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof MistakesError)) throw error;
      this.#mistakes.push(...error.mistakes);
    }
  }
}
