import { createContext, hydrate, render } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

export { useContext, useEffect, useId, useMemo, useRef, useState } from "preact/hooks";

export const [Words, Say, Shared] = [createContext(), createContext(), createContext()];
export const onFocusOut = (listen) => ({ onFocusOut: listen });

const Place = createContext(null);

/** `at` is the address that is prerendered; in a browser it is the page's own. */
export function Router({ base, at, children }) {
  const read = () => (at ?? location.pathname).slice(base.length + 1);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const onPop = () => setRoute(read());
    addEventListener("popstate", onPop);
    return () => removeEventListener("popstate", onPop);
  }, []);
  const go = (route) => {
    history.pushState(null, "", `${base}/${route}`);
    setRoute(route.split("?")[0]);
  };
  return <Place.Provider value={{ base, route, go }}>{children}</Place.Provider>;
}

export const useRoute = () => useContext(Place).route;

export function Link({ to, ...more }) {
  const { base, go } = useContext(Place);
  const onClick = (click) => {
    if (click.button || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    go(to);
  };
  return <a href={`${base}/${to}`} onClick={onClick} {...more} />;
}

/** The page of the present route; `Other` where there is none. */
export function Pages({ pages, Other }) {
  const Page = pages[useRoute()] ?? Other;
  return <Page />;
}

export const start = (root, app) => (__PRERENDERED__ ? hydrate(app, root) : render(app, root));
