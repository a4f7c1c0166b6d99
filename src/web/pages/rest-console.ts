import { codeBlock } from '../code.ts';
import type { Family } from '../families.ts';
import { html, type Html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';
import type { Operation, Parameter } from '../operations.ts';
import type { DocsPage } from './docs-frame.ts';

const PATH = '/docs/api';

/** The list of the REST API's operations. Each links to a page where it can be tried. */
export function operationsPage(
  families: readonly Family[],
  operations: ReadonlyMap<string, Operation>,
): DocsPage {
  const metrics = families.map(({ title, metrics }): [string, Operation[]] => [
    title,
    metrics.flatMap(({ name }) => operations.get(name) ?? []),
  ]);
  const others = [...operations.values()].filter(({ tags }) => !tags.includes('metrics'));
  return {
    title: 'REST console',
    description: 'Try every path of the REST API in the browser.',
    path: PATH,
    main: html`<h1>REST console</h1>
      <p class="lead">
        All paths of the API. Choose one, fill in its parameters, and send the request to this instance. For
        programs there is <a href="/openapi.json">openapi.json</a>.
      </p>
      ${[['Queries and catalogue', others] as const, ...metrics].map(
        ([title, all]) =>
          html`<h2>${title}</h2>
            <ul class="operations">
              ${all.map(
                ({ operationId, method, path, summary }) =>
                  html`<li>
                    <a href="${PATH}/${operationId}">${summary}</a>
                    <code>${method.toUpperCase()} ${path}</code>
                  </li> `,
              )}
            </ul>`,
      )}`,
  };
}

/**
 * The page of one operation. Its form leads to the answer; a script shows the answer on the page.
 * @param values the initial values of the fields, by the names of parameters; `body` for the body
 */
export function operationPage(operation: Operation, values: Readonly<Record<string, string>>): DocsPage {
  const { operationId, method, path, summary, description, parameters } = operation;
  const field = (parameter: Parameter): Html => fieldOf(parameter, values[parameter.name] ?? '');
  const inPath = parameters.filter((one) => one.in === 'path');
  const options = parameters.filter((one) => one.in === 'query');
  return {
    title: `${summary}: REST console`,
    description,
    path: `${PATH}/${operationId}`,
    extras: ['api-console.js'],
    main: html`<p class="up"><a href="${PATH}">REST console</a></p>
      <h1>${summary}</h1>
      <p>${inline(description)}</p>
      ${codeBlock(`${method.toUpperCase()} ${path}`)}
      <form
        class="try"
        id="try"
        method="get"
        action="${PATH}/${operationId}/answer"
        ${method === 'post' && html`data-post="${path}"`}
      >
        ${inPath.map(field)} ${operation.requestBody && bodyField(values['body'] ?? '')}
        ${
          inPath.length === 0
            ? options.map(field)
            : html`<details ${options.some(({ name }) => values[name]) && html`open`}>
                <summary>Options</summary>
                ${options.map(field)}
              </details>`
        }
        ${
          method === 'post' &&
          html`<noscript>
            <p class="note">
              Sending a body needs JavaScript. Without it, you can ask the same
              <a href="${PATH}/query-by-url">in a URL</a>.
            </p>
          </noscript>`
        }
        <p><button class="button">Send</button></p>
      </form>
      <section id="answer" aria-labelledby="answer-title" hidden>
        <h2 id="answer-title">Answer</h2>
        <p role="status" data-answer="status"></p>
        <p class="asked"><a data-answer="url" href="/"></a></p>
        <details>
          <summary>Headers</summary>
          <pre class="wrap" data-answer="headers"></pre>
        </details>
        <pre class="answer" tabindex="0" aria-label="Body" role="region" data-answer="body"></pre>
      </section>`,
  };
}

function fieldOf({ name, required, description, schema }: Parameter, value: string): Html {
  const list = schema?.anyOf?.find((one) => one.enum)?.enum;
  const common = html`id="field-${name}" name="${name}" aria-describedby="doc-${name}"`;
  return html`<div class="field">
    <label for="field-${name}">${name}</label>
    ${
      schema?.enum
        ? html`<select ${common}>
            ${!required && html`<option value="">–</option>`}
            ${schema.enum.map((one) => html`<option ${one === value && html`selected`}>${one}</option>`)}
          </select>`
        : html`<input
            type="text"
            ${common}
            value="${value}"
            ${required && html`required`}
            ${list && html`list="list-${name}"`}
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
          />`
    }
    ${
      list &&
      html`<datalist id="list-${name}">
        ${list.map((one): Part => html`<option value="${one}"></option>`)}
      </datalist>`
    }
    <p class="hint" id="doc-${name}">${inline(description)}</p>
  </div>`;
}

function bodyField(value: string): Html {
  return html`<div class="field">
    <label for="field-body">Body</label>
    <textarea id="field-body" name="body" rows="16" spellcheck="false" aria-describedby="doc-body">
${value}</textarea>
    <p class="hint" id="doc-body">
      A question as JSON. <a href="/docs/guides/query">Asking any question</a> explains its members.
    </p>
  </div>`;
}
