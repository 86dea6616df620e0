#!/bin/sh
# Rebuild portal/static from the pinned sources; needs Node 20 and the repository's Python environment.
set -eu
cd "$(dirname "$0")"
npm ci --silent
rm -rf build && mkdir build
npx sass --style=compressed --no-source-map --no-charset --quiet-deps --load-path=. scss/portal.scss build/portal.css
cp js/*.mjs js/*.svg build/
cp node_modules/htmx.org/dist/htmx.min.js build/htmx.js
cp node_modules/uplot/dist/uPlot.iife.min.js build/uplot.js
cp node_modules/uplot/dist/uPlot.min.css build/uplot.css
grep -v '^//# sourceMappingURL' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > build/govuk-frontend.js
"${PYTHON:-../../.venv/bin/python}" publish.py build ../static
rm -rf build
