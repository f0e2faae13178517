import type { FastifyInstance } from 'fastify';

/** What a path of a route, such as `/v1/agents/:key`, matches. */
function matcherOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replaceAll('.', '\\.');
  });
  return new RegExp(`^${segments.join('/')}$`);
}

/** The methods that each path of an app is asked with, so that a wrong one is told from a wrong path. */
export class RouteMethods {
  readonly #routes = new Map<string, { readonly matcher: RegExp; readonly methods: Set<string> }>();

  /** Before the app has routes: it learns of those that come after it. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      const route = this.#routes.get(url) ?? { matcher: matcherOf(url), methods: new Set<string>() };
      for (const one of [method].flat()) route.methods.add(one);
      this.#routes.set(url, route);
    });
  }

  /** In the order of the alphabet; none where nothing is at the path. */
  of(path: string): string[] {
    const found = [...this.#routes.values()].filter(({ matcher }) => matcher.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  }
}
