// Opens a page of `lanewise report` in Chromium as a reader does: from a file, without a network.
//
//   npm ci --prefix src/test/browser
//   REPORT=report.html CHARTS=20 SHOTS=folder node --test src/test/browser/report.test.mjs
//
// CHARTS says how many charts the page must hold; SHOTS, if given, is where screenshots go.

import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const {REPORT, CHARTS, SHOTS} = process.env;
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find(existsSync);
let browser;

before(async () => {
  assert.ok(REPORT && CHARTS, 'REPORT names the page, CHARTS how many charts it holds');
  assert.ok(executablePath, 'Chromium is needed; on Debian: apt install chromium');
  // Where the tests run as root, as in a container, Chromium cannot have its sandbox.
  browser = await chromium.launch({executablePath, args: ['--no-sandbox']});
});
after(() => browser?.close());

for (const colorScheme of ['light', 'dark']) {
  for (const width of [390, 1440]) {
    describe(`${colorScheme}, ${width} pixels wide`, () => {
      const complaints = [];
      let page;

      before(async () => {
        const context = await browser.newContext({
          colorScheme, viewport: {width, height: 900}, offline: true,
        });
        page = await context.newPage();
        page.on('console', said => complaints.push(`${said.type()}: ${said.text()}`));
        page.on('pageerror', error => complaints.push(error.stack));
        page.on('request', request => {
          if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) {
            complaints.push('request to ' + request.url());
          }
        });
        await page.goto(pathToFileURL(resolve(REPORT)).href);
      });

      test('every chart is drawn', async () => {
        const drawn = await page.locator('.chart canvas').evaluateAll(canvases =>
          canvases.map(canvas => {
            const chart = Chart.getChart(canvas);
            const pixels = canvas.getContext('2d')
              .getImageData(0, 0, canvas.width, canvas.height).data;
            return {
              name: canvas.getAttribute('aria-label'),
              series: chart.data.datasets.length,
              colours: new Set(new Uint32Array(pixels.buffer)).size,
            };
          }));
        assert.equal(drawn.length, Number(CHARTS));
        for (const chart of drawn) {
          assert.ok(chart.series > 0 && chart.colours > 3, JSON.stringify(chart));
        }
        if (SHOTS) {
          const path = join(SHOTS, `report-${colorScheme}-${width}.png`);
          await page.screenshot({path, fullPage: true});
        }
      });

      test('a library has one colour', async () => {
        const bars = await page.locator('.chart canvas').evaluateAll(canvases => canvases
          .map(canvas => Chart.getChart(canvas)).filter(chart => chart.config.type === 'bar')
          .flatMap(chart => chart.data.datasets.map(one => [one.label, one.backgroundColor])));
        assert.ok(bars.filter(([name]) => name === 'DL4J float64').length > 1);
        for (const [name, colour] of bars) {
          assert.equal(colour, new Map(bars).get(name), name);
        }
      });

      test('nothing is wider than the screen', async () => {
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
      });

      test('the sections are reached by their links', async () => {
        const links = page.locator('nav a');
        assert.ok(await links.count() > 0);
        await links.last().click();
        assert.ok(await page.locator('section').last().evaluate(
          section => section.getBoundingClientRect().top < innerHeight));
      });

      test('a filter opens with its numbers and closes again', async () => {
        const filter = page.locator('.filters button').nth(1);
        await filter.click();
        const dialog = page.locator('dialog');
        await dialog.waitFor();
        assert.ok((await dialog.locator('h2').textContent())
          .endsWith(await filter.getAttribute('aria-label')));
        const {width: across, height: down} = await filter.locator('canvas').evaluate(
          canvas => ({width: canvas.width, height: canvas.height}));
        const cells = await dialog.locator('td').allTextContents();
        assert.equal(cells.length, across * down);
        assert.ok(cells.every(cell => /^-?\d+\.\d{4}$/.test(cell)), cells.join(' '));
        await dialog.getByText('Close').click();
        await dialog.waitFor({state: 'hidden'});
      });

      test('the confusion matrix is square and counts samples', async () => {
        const rows = await page.locator('.confusion tbody tr').count();
        const cells = await page.locator('.confusion td').allTextContents();
        assert.ok(rows > 1);
        assert.equal(cells.length, rows * rows);
        assert.ok(cells.map(Number).reduce((sum, count) => sum + count, 0) > rows);
      });

      test('the bytes of a profile are in a table that needs no scrolling', async () => {
        const table = page.locator('figure', {hasText: 'Bytes of one step'}).locator('table');
        assert.deepEqual(await table.locator('thead th').allTextContents(),
          ['', 'MB moved', 'minimum', 'more', 'GB/s']);
        const all = await table.locator('tbody tr').last().locator('td').allTextContents();
        assert.ok(all.length === 4 && all.every(cell => Number(cell) > 0), all.join(' '));
        assert.ok(await table.locator('..').evaluate(box => box.scrollWidth <= box.clientWidth));
      });

      test('the other theme redraws', async () => {
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const title = () => page.locator('.chart canvas').first().evaluate(
          canvas => Chart.getChart(canvas).options.scales.y.ticks.color);
        const [groundBefore, titleBefore] = [await ground(), await title()];
        await page.emulateMedia({colorScheme: colorScheme === 'dark' ? 'light' : 'dark'});
        await page.waitForFunction(colour => Chart.getChart(
          document.querySelector('.chart canvas')).options.scales.y.ticks.color !== colour,
          titleBefore);
        assert.notEqual(await ground(), groundBefore);
      });

      test('nobody complained', () => assert.deepEqual(complaints, []));
    });
  }
}
