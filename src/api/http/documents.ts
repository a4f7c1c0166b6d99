import { FORMATS } from '../../formats/formats.ts';
import { madeNow, type Rendered } from '../../read/answer-cache.ts';

/**
 * A JSON document that is made for each request, ready to be sent. Caches may keep it for a minute:
 * imports and data owners can change it at any time.
 * @param indent how many spaces a level is indented by
 */
export function documentOf(json: unknown, indent = 0): Rendered {
  return madeNow(Buffer.from(JSON.stringify(json, null, indent)), FORMATS.json.type);
}
