import { enhanceExplorer } from './explorer.ts';
import { watchFigures } from './figures.ts';

// What pages do beyond HTML. Each part looks for its own elements and leaves pages without them alone.
document.documentElement.classList.add('js');
watchFigures();
enhanceExplorer();
