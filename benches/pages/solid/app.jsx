// What surrounds every page.
import { Match, Show, Switch, createSignal, onCleanup, onMount } from "solid-js";
import { Dynamic } from "solid-js/web";

import { load, problemSentence } from "../shared/backend.mjs";
import { aboutOf, accountButton, accountCard, headOf, navOf } from "../shared/frame.mjs";
import { Benefits } from "./benefits.jsx";
import { Incidents } from "./incidents.jsx";
import { Plans } from "./plans.jsx";
import { Button, Facts, Link, Loading, Notice, Place, Say, Words, useWords } from "./ui.jsx";

const PAGES = { benefits: Benefits, incidents: Incidents, plans: Plans };

export function App(props) {
  const { w, base } = props;
  const [route, setRoute] = createSignal(props.at.slice(base.length + 1));
  const [said, say] = createSignal("");
  const [menuOpen, setMenuOpen] = createSignal(false);
  const [account, setAccount] = createSignal(null);
  const [now, setNow] = createSignal({});
  let app;
  let turn = 0;

  const fetchData = async (keep) => {
    const mine = ++turn;
    const of = route();
    const put = (change) => mine === turn && setNow((now) => ({ ...now, ...change }));
    const timer = setTimeout(() => put({ slowly: true }), 1000);
    if (keep) put({ problem: null, slowly: false });
    else setNow({});
    try {
      const data = await load(of, w.lang);
      if (mine === turn) setAccount(data);
      put({ data });
    } catch (problem) {
      put({ problem });
    } finally {
      clearTimeout(timer);
    }
  };
  const focusTitle = () => app.querySelector("h1").focus();
  const show = (next) => {
    setMenuOpen(false);
    // Before the route: no page is given another page's data.
    setNow({});
    setRoute(next);
    fetchData(false);
    focusTitle();
  };
  onMount(() => {
    fetchData(false);
    const onPop = () => show(location.pathname.slice(base.length + 1));
    addEventListener("popstate", onPop);
    onCleanup(() => removeEventListener("popstate", onPop));
  });
  const go = (to) => {
    history.pushState(null, "", `${base}/${to}`);
    show(to.split("?")[0]);
  };
  const page = () => headOf(w, route());
  return (
    <Words.Provider value={w}>
      <Say.Provider value={say}>
        <Place.Provider value={{ base, route, go }}>
          <div class="app" lang={w.lang} dir="ltr" ref={app}>
            <button type="button" class="skip" onClick={focusTitle}>
              {w("shell.skip")}
            </button>
            <div class="top">
              <p class="product">
                <span class="product-mark" aria-hidden="true" />
                {w("shell.product")}
              </p>
              <button type="button" class="button quiet menu-button" aria-expanded={menuOpen()} onClick={() => setMenuOpen(!menuOpen())}>
                {w("shell.menu")}
              </button>
              <nav class="nav" classList={{ open: menuOpen() }} aria-label={w("shell.navigation")}>
                <ul>
                  {navOf(w).map((link) => (
                    <li>
                      <Link to={link.route} current={link.route === route()}>
                        {link.text}
                      </Link>
                    </li>
                  ))}
                </ul>
              </nav>
              <AccountMenu data={account()} />
            </div>
            <div class="content">
              <div class="page">
                <div class="page-head">
                  <h1 id="page-title" tabindex="-1">
                    {page().title}
                  </h1>
                  <p class="lead">{page().lead}</p>
                </div>
                <Switch fallback={<Loading slowly={now().slowly} />}>
                  <Match when={now().problem}>
                    {(problem) => (
                      <Notice tone="bad" title={w("shell.problem_load_title")} urgent>
                        <p>{problemSentence(w, problem())}</p>
                        <Button onPress={() => fetchData(false)}>{w("shell.retry")}</Button>
                      </Notice>
                    )}
                  </Match>
                  <Match when={now().data}>
                    <Dynamic component={PAGES[route()]} data={now().data} refresh={() => fetchData(true)} />
                  </Match>
                </Switch>
              </div>
            </div>
            <p class="foot">{account() && aboutOf(w, account())}</p>
            <p class="visually-hidden" role="status" aria-live="polite">
              {said()}
            </p>
          </div>
        </Place.Provider>
      </Say.Provider>
    </Words.Provider>
  );
}

function AccountMenu(props) {
  const w = useWords();
  const [open, setOpen] = createSignal(false);
  let button;
  const shown = () => accountButton(w, props.data);
  const onKeyDown = (press) => {
    if (press.key !== "Escape" || !open()) return;
    press.stopPropagation();
    setOpen(false);
    button.focus();
  };
  const onLeave = (leave) => {
    if (!leave.currentTarget.contains(leave.relatedTarget)) setOpen(false);
  };
  return (
    <div class="account" onKeyDown={onKeyDown} onFocusOut={onLeave}>
      <button type="button" class="button quiet account-button" ref={button} aria-expanded={open()} aria-controls="account-panel" onClick={() => setOpen(!open())}>
        <span class="avatar" aria-hidden="true">
          {shown().initial}
        </span>
        <span class="visually-hidden">{`${w("shell.account_of")} `}</span>
        <span class="account-name">{shown().name}</span>
      </button>
      <div class="account-panel" classList={{ open: open() }} id="account-panel" tabindex="-1">
        <Show when={props.data}>
          {(data) => {
            const card = () => accountCard(w, data());
            return (
              <>
                <p class="account-who">{card().who}</p>
                <p class="hint">{card().kind}</p>
                <Facts facts={card().facts} />
              </>
            );
          }}
        </Show>
        <Button onPress={() => setOpen(false)}>{w("shell.switch_account")}</Button>
      </div>
    </div>
  );
}
