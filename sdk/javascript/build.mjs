// Makes components of connector.js: `node build.mjs FOLDER [quickjs|starlingmonkey]…`, by default QuickJS alone.

import { mkdir, readFile, writeFile } from 'node:fs/promises';

const [, , folder = '.', ...wanted] = process.argv;
const contract = new URL('../wit/0.1.0', import.meta.url).pathname;
const source = await readFile(new URL('connector.js', import.meta.url), 'utf8');

const engines = {
  // Small. Without `sync` the host would have to offer the asynchronous component model, which it does not.
  async quickjs() {
    const { componentize } = await import('componentize-qjs');
    return componentize({ witPath: contract, world: 'connector', jsSource: source, sync: true, stubWasi: true, optSize: true });
  },
  // Firefox's engine: more of the language and of the web, ten times the size. Features that are left on become imports.
  async starlingmonkey() {
    const { componentize } = await import('@bytecodealliance/componentize-js');
    const disableFeatures = ['stdio', 'random', 'clocks', 'http', 'fetch-event'];
    return componentize(source, { witPath: contract, worldName: 'connector', disableFeatures });
  },
};

await mkdir(folder, { recursive: true });
for (const engine of wanted.length > 0 ? wanted : ['quickjs']) {
  const { component } = await engines[engine]();
  const file = `${folder}/pager-${engine}.wasm`;
  await writeFile(file, component);
  console.log(`${file}: ${Math.ceil(component.length / 1024)} KiB`);
}
