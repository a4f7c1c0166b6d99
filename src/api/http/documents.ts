import { FORMATS } from '../../formats/formats.ts';
import { madeNow, type Rendered } from '../../read/answer-cache.ts';

/**
 * Renders a JSON document that is made for each request. Caches may keep it for a minute, because imports
 * and data owners can change it at any time.
 * @param indent the number of spaces per level
 */
export function documentOf(json: unknown, indent = 0): Rendered {
  return madeNow(Buffer.from(JSON.stringify(json, null, indent)), FORMATS.json.type);
}
