// Open every page below a folder in Chromium and let axe look for barriers: node tests/axe.js reports
// Needs the packages axe-core and playwright-core, and Chromium (its place in $CHROMIUM).
const fs = require("fs");
const path = require("path");
const axe = require("axe-core");
const { chromium } = require("playwright-core");

const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

function pages(folder) {
  return fs.readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".html"))
    .map((name) => path.resolve(folder, name));
}

async function looked(browser, file) {
  const page = await browser.newPage();
  const asked = [];
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) asked.push(request.url());
  });
  await page.goto("file://" + file);
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  await page.close();
  return { asked, barriers: found.violations };
}

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: quiet,
  });
  const files = pages(process.argv[2]);
  let wrong = 0;
  for (const file of files) {
    const { asked, barriers } = await looked(browser, file);
    wrong += asked.length + barriers.length;
    console.log(`${path.relative(process.argv[2], file)}: barriers ${barriers.length}, requests ${asked.length}`);
    for (const rule of barriers) console.log(`  ${rule.id} ${rule.nodes.length}x ${rule.nodes[0].html.slice(0, 120)}`);
  }
  await browser.close();
  process.exit(wrong || !files.length ? 1 : 0);
})();
