// Swagger UI over our own description. Loaded by its page only, after the bundle that has it.
declare const SwaggerUIBundle: (options: Readonly<Record<string, unknown>>) => void;

const target = document.getElementById('api-console');
if (target) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const dress = (): void => void document.documentElement.classList.toggle('dark-mode', dark.matches);
  dress();
  dark.addEventListener('change', dress);
  SwaggerUIBundle({
    domNode: target,
    url: target.dataset['spec'],
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    filter: true,
    tryItOutEnabled: true,
    // Nobody else is told of what is looked at here.
    validatorUrl: null,
    persistAuthorization: false,
  });
}
