// Judges HTML files as mails: `node look.mjs FOLDER-OF-TOOLS FILE…`. Ends with 1 when anything is wrong.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [tools, ...files] = process.argv.slice(2);
const require = createRequire(path.resolve(tools, "node_modules", "x.js"));
const { HtmlValidate } = require("html-validate");
const { chromium } = require("playwright-core");
const { doIUseEmail } = await import(
    pathToFileURL(path.resolve(tools, "node_modules/@jsx-email/doiuse-email/dist/index.mjs"))
);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const validator = new HtmlValidate({
    extends: ["html-validate:recommended"],
    rules: {
        // Mail programs know no style sheets and no CSS layout: styles are inline, tables are sized by attributes.
        "no-inline-style": "off",
        "no-deprecated-attr": "off",
        "prefer-tbody": "off",
        // Six of twenty mail programs keep <main> and <header>; nearly all keep role.
        "prefer-native-element": "off",
    },
});

const CLIENTS = [
    "gmail.desktop-webmail", "gmail.ios", "gmail.android", "outlook.windows", "outlook.macos", "outlook.ios",
    "outlook.android", "apple-mail.macos", "apple-mail.ios", "yahoo.desktop-webmail", "yahoo.android", "yahoo.ios",
    "thunderbird.macos", "samsung-email.android", "mail-ru.desktop-webmail", "protonmail.desktop-webmail",
];
// Where these are unknown nothing is lost: <body> becomes a <div>, whose colours the table inside repeats, and the
// rules for dark mode and narrow screens are left out.
const ENHANCEMENTS = ["<body> element", "@media", "@media (prefers-color-scheme)", "color-scheme meta"];

const wrong = [];
const say = (file, words) => wrong.push(`${path.basename(file)}: ${words}`);

function support(file, html) {
    const asked = (client) => {
        try {
            return doIUseEmail(html, { emailClients: [client] }).errors ?? [];
        } catch (error) {
            return [error.message];
        }
    };
    for (const client of CLIENTS) {
        const features = asked(client).map((error) => error.match(/`([^`]+)`/)?.[1] ?? error);
        const unknown = features.filter((feature) => !ENHANCEMENTS.includes(feature));
        for (const feature of new Set(unknown)) say(file, `${feature} is unknown to ${client}`);
    }
}

async function view(browser, file, html) {
    for (const width of [320, 600, 1200]) {
        for (const colorScheme of ["light", "dark"]) {
            const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
            const page = await context.newPage();
            await page.route("**", (route) => (say(file, `loads ${route.request().url()}`), route.abort()));
            for (const styled of [true, false]) {
                await page.setContent(styled ? html : html.replace(/<style>[\s\S]*?<\/style>/, ""));
                const wide = await page.evaluate(() => document.documentElement.scrollWidth);
                if (wide > width) say(file, `${wide} px wide on a screen of ${width} px${styled ? "" : " without <style>"}`);
            }
            await page.setContent(html);
            await page.evaluate(axe);
            const found = await page.evaluate(() =>
                axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }),
            );
            for (const one of found.violations) say(file, `${one.id} at ${width} px, ${colorScheme}: ${one.nodes[0].html}`);
            await context.close();
        }
    }
}

const browser = await chromium.launch({
    executablePath: execFileSync("which", [process.env.CHROMIUM ?? "chromium"], { encoding: "utf8" }).trim(),
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
for (const file of files) {
    const html = fs.readFileSync(file, "utf8");
    if (Buffer.byteLength(html) > 90 * 1024) say(file, "more than 90 KiB");
    const report = await validator.validateString(html);
    for (const { messages } of report.results) for (const m of messages) say(file, `line ${m.line}: ${m.message}`);
    support(file, html);
    await view(browser, file, html);
}
await browser.close();
try {
    const jar = path.resolve(tools, "node_modules/vnu-jar/build/dist/vnu.jar");
    execFileSync("java", ["-jar", jar, "--errors-only", ...files], { stdio: ["ignore", "pipe", "pipe"] });
} catch (error) {
    // Properties of Outlook's own, which no standard knows.
    const faults = String(error.stderr ?? error).split("\n").filter((line) => line && !/Property “mso-[a-z-]+” doesn't exist/.test(line));
    wrong.push(...faults);
}
[...new Set(wrong)].forEach((line) => console.log(line));
console.log(`looks: ${files.length} mails, ${CLIENTS.length} mail programs, ${new Set(wrong).size} faults`);
process.exit(wrong.length ? 1 : 0);
