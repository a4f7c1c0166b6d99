import type { Metric } from '../core/metric/metric.ts';
import { bytesDifferenceAbsoluteAggregate } from './bytes-difference-absolute-aggregate.ts';
import { bytesDifferenceAbsolutePerEditor } from './bytes-difference-absolute-per-editor.ts';
import { bytesDifferenceAbsolutePerPage } from './bytes-difference-absolute-per-page.ts';
import { bytesDifferenceNetAggregate } from './bytes-difference-net-aggregate.ts';
import { bytesDifferenceNetPerEditor } from './bytes-difference-net-per-editor.ts';
import { bytesDifferenceNetPerPage } from './bytes-difference-net-per-page.ts';
import { clickstream } from './clickstream.ts';
import { commonsCategoryMetricsSnapshot } from './commons-category-metrics-snapshot.ts';
import { commonsEditsPerCategoryMonthly } from './commons-edits-per-category-monthly.ts';
import { commonsEditsPerUserMonthly } from './commons-edits-per-user-monthly.ts';
import { commonsMediaFileMetricsSnapshot } from './commons-media-file-metrics-snapshot.ts';
import { commonsPageviewsPerCategoryMonthly } from './commons-pageviews-per-category-monthly.ts';
import { commonsPageviewsPerMediaFileMonthly } from './commons-pageviews-per-media-file-monthly.ts';
import { commonsTopEditedCategoriesMonthly } from './commons-top-edited-categories-monthly.ts';
import { commonsTopEditorsMonthly } from './commons-top-editors-monthly.ts';
import { commonsTopPagesPerCategoryMonthly } from './commons-top-pages-per-category-monthly.ts';
import { commonsTopPagesPerMediaFileMonthly } from './commons-top-pages-per-media-file-monthly.ts';
import { commonsTopViewedCategoriesMonthly } from './commons-top-viewed-categories-monthly.ts';
import { commonsTopViewedMediaFilesMonthly } from './commons-top-viewed-media-files-monthly.ts';
import { commonsTopWikisPerCategoryMonthly } from './commons-top-wikis-per-category-monthly.ts';
import { commonsTopWikisPerMediaFileMonthly } from './commons-top-wikis-per-media-file-monthly.ts';
import { editedPagesAggregate } from './edited-pages-aggregate.ts';
import { editedPagesNew } from './edited-pages-new.ts';
import { editedPagesTopByAbsoluteBytesDifference } from './edited-pages-top-by-absolute-bytes-difference.ts';
import { editedPagesTopByEdits } from './edited-pages-top-by-edits.ts';
import { editedPagesTopByNetBytesDifference } from './edited-pages-top-by-net-bytes-difference.ts';
import { editorsAggregate } from './editors-aggregate.ts';
import { editorsByCountry } from './editors-by-country.ts';
import { editorsTopByAbsoluteBytesDifference } from './editors-top-by-absolute-bytes-difference.ts';
import { editorsTopByEdits } from './editors-top-by-edits.ts';
import { editorsTopByNetBytesDifference } from './editors-top-by-net-bytes-difference.ts';
import { editsAggregate } from './edits-aggregate.ts';
import { editsPerEditor } from './edits-per-editor.ts';
import { editsPerPage } from './edits-per-page.ts';
import { events } from './events.ts';
import { knowledgeGapPerCategory } from './knowledge-gap-per-category.ts';
import { legacyPagecountsAggregate } from './legacy-pagecounts-aggregate.ts';
import { mediarequestsAggregate } from './mediarequests-aggregate.ts';
import { mediarequestsPerFile } from './mediarequests-per-file.ts';
import { mediarequestsTop } from './mediarequests-top.ts';
import { pageviewsAggregate } from './pageviews-aggregate.ts';
import { pageviewsPerArticle } from './pageviews-per-article.ts';
import { pageviewsTopByCountry } from './pageviews-top-by-country.ts';
import { pageviewsTopPerCountry } from './pageviews-top-per-country.ts';
import { pageviewsTopBrowsers } from './pageviews-top-browsers.ts';
import { pageviewsTopReferers } from './pageviews-top-referers.ts';
import { pageviewsTop } from './pageviews-top.ts';
import { registeredUsersNew } from './registered-users-new.ts';
import { uniqueDevices } from './unique-devices.ts';

/** The built-in metrics, in the order of the catalogue. A new metric is a file and a line here. */
export const METRICS: readonly Metric[] = [
  pageviewsPerArticle,
  pageviewsAggregate,
  pageviewsTop,
  pageviewsTopByCountry,
  pageviewsTopPerCountry,
  pageviewsTopReferers,
  pageviewsTopBrowsers,
  clickstream,
  uniqueDevices,
  legacyPagecountsAggregate,
  mediarequestsPerFile,
  mediarequestsAggregate,
  mediarequestsTop,
  editsAggregate,
  editsPerPage,
  editsPerEditor,
  editorsAggregate,
  editorsTopByEdits,
  editorsTopByNetBytesDifference,
  editorsTopByAbsoluteBytesDifference,
  editorsByCountry,
  editedPagesNew,
  editedPagesAggregate,
  editedPagesTopByEdits,
  editedPagesTopByNetBytesDifference,
  editedPagesTopByAbsoluteBytesDifference,
  bytesDifferenceNetAggregate,
  bytesDifferenceNetPerPage,
  bytesDifferenceNetPerEditor,
  bytesDifferenceAbsoluteAggregate,
  bytesDifferenceAbsolutePerPage,
  bytesDifferenceAbsolutePerEditor,
  registeredUsersNew,
  knowledgeGapPerCategory,
  commonsCategoryMetricsSnapshot,
  commonsMediaFileMetricsSnapshot,
  commonsPageviewsPerCategoryMonthly,
  commonsPageviewsPerMediaFileMonthly,
  commonsEditsPerCategoryMonthly,
  commonsEditsPerUserMonthly,
  commonsTopViewedCategoriesMonthly,
  commonsTopEditedCategoriesMonthly,
  commonsTopViewedMediaFilesMonthly,
  commonsTopPagesPerCategoryMonthly,
  commonsTopWikisPerCategoryMonthly,
  commonsTopEditorsMonthly,
  commonsTopPagesPerMediaFileMonthly,
  commonsTopWikisPerMediaFileMonthly,
  events,
];
