import assert from 'node:assert/strict';
import { after } from 'node:test';
import { endBrowser, inBrowser } from './in-browser.ts';
import { otherOrigin } from './other-origin.ts';
import { barriers, PHONE, tooWide, Visit } from './visit.ts';

/*
 * What the other tests rely on: that a page which breaks its promises is noticed.
 */

after(endBrowser);

const BAD = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Bad</title><link rel="icon" href="data:,"></head>
  <body>
    <main>
      <h1>Bad</h1>
      <p style="color: #ddd; background: #fff">Hardly to be read</p>
      <div id="wide" style="width: 500px">Wide</div>
      <div style="overflow-x: auto"><div id="scrolls" style="width: 600px">Scrolls in its box</div></div>
      <img alt="" src="http://127.0.0.1:9/elsewhere.png">
      <script>console.info('a word'); setTimeout(() => { throw new Error('a mistake'); })</script>
    </main>
  </body>
</html>`;

inBrowser('a page that breaks its promises is noticed', async () => {
  const policy = "script-src 'unsafe-inline'; img-src 'none'";
  const server = await otherOrigin(BAD, { 'content-security-policy': policy });
  const visit = await Visit.begin(PHONE);
  try {
    await visit.open(server.origin);
    const noise = visit.noise.join('\n');
    assert.match(noise, /info: a word/);
    assert.match(noise, /uncaught: Error: a mistake/);
    assert.match(noise, /violates the following Content Security Policy directive/);
    assert.match(noise, /issue: .*ContentSecurityPolicyIssue/);
    assert.deepEqual(visit.strangers, [`${server.origin}/`, 'http://127.0.0.1:9/elsewhere.png']);
    const contrast = (await barriers(visit.page)).filter((line) => line.includes('color-contrast'));
    assert.equal(contrast.length, 1);
    assert.match(contrast[0] ?? '', /^serious: color-contrast, 1 times: p:/);
    const wide = (await tooWide(visit.page)).join('\n');
    assert.match(wide, /div#wide/);
    assert.doesNotMatch(wide, /#scrolls/);
  } finally {
    await visit.end();
    await server.close();
  }
});
