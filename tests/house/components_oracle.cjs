// Renders the design system's own Nunjucks templates: reads [{template, macro, params}] from standard
// input, writes the list of their HTML to standard output. test_components.py compares ours with it.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const nunjucks = require("nunjucks");

const templates = path.join(__dirname, "..", "..", "node_modules", "dkfds", "src");
const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(templates), { autoescape: true });

const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const pages = cases.map(({ template, macro, params }) =>
  environment.renderString(
    `{% from "components/${template}" import ${macro} as wanted %}{{ wanted(params) }}`,
    { params },
  ),
);
process.stdout.write(JSON.stringify(pages));
