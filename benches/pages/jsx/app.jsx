// What surrounds every page.
import { Link, Pages, Say, Shared, Words, onFocusOut, useEffect, useRef, useRoute, useState } from "framework";

import { load, problemSentence } from "../shared/backend.mjs";
import { aboutOf, accountButton, accountCard, headOf, navOf } from "../shared/frame.mjs";
import { Benefits } from "./benefits.jsx";
import { Incidents } from "./incidents.jsx";
import { Plans } from "./plans.jsx";
import { Button, Facts, Loading, Notice, useShared, useWords } from "./ui.jsx";

const page = (Content) => () => <Page Content={Content} />;
const PAGES = { benefits: page(Benefits), incidents: page(Incidents), plans: page(Plans) };
const NotFound = page(() => null);

export function App({ w }) {
  const route = useRoute();
  const [said, say] = useState("");
  const [menuOpen, setMenuOpen] = useState(false);
  const [now, setNow] = useState({});
  const app = useRef(null);
  const turn = useRef(0);

  const fetchData = async () => {
    const mine = ++turn.current;
    const put = (change) => mine === turn.current && setNow((now) => ({ ...now, ...change }));
    const timer = setTimeout(() => put({ slowly: true }), 1000);
    put({ problem: null, slowly: false });
    try {
      const data = await load(route, w.lang);
      put({ data, of: route });
    } catch (problem) {
      put({ problem });
    } finally {
      clearTimeout(timer);
    }
  };
  useEffect(() => {
    if (turn.current > 0) app.current.querySelector("h1").focus();
    fetchData();
    setMenuOpen(false);
  }, [route]);

  return (
    <Words.Provider value={w}>
      <Say.Provider value={say}>
        <Shared.Provider value={{ ...now, fetchData, data: now.of === route ? now.data : null }}>
          <div className="app" lang={w.lang} dir="ltr" ref={app}>
            <button type="button" className="skip" onClick={() => app.current.querySelector("h1").focus()}>
              {w("shell.skip")}
            </button>
            <div className="top">
              <p className="product">
                <span className="product-mark" aria-hidden="true" />
                {w("shell.product")}
              </p>
              <button type="button" className="button quiet menu-button" aria-expanded={menuOpen} onClick={() => setMenuOpen(!menuOpen)}>
                {w("shell.menu")}
              </button>
              <nav className={menuOpen ? "nav open" : "nav"} aria-label={w("shell.navigation")}>
                <ul>
                  {navOf(w).map((link) => (
                    <li key={link.route}>
                      <Link to={link.route} aria-current={link.route === route ? "page" : undefined}>
                        {link.text}
                      </Link>
                    </li>
                  ))}
                </ul>
              </nav>
              <AccountMenu data={now.data} />
            </div>
            <div className="content">
              <Pages pages={PAGES} Other={NotFound} />
            </div>
            <p className="foot">{now.data && aboutOf(w, now.data)}</p>
            <p className="visually-hidden" role="status" aria-live="polite">
              {said}
            </p>
          </div>
        </Shared.Provider>
      </Say.Provider>
    </Words.Provider>
  );
}

function AccountMenu({ data }) {
  const w = useWords();
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const { name, initial } = accountButton(w, data);
  const onKeyDown = (press) => {
    if (press.key !== "Escape" || !open) return;
    press.stopPropagation();
    setOpen(false);
    button.current.focus();
  };
  const onLeave = (leave) => {
    if (!leave.currentTarget.contains(leave.relatedTarget)) setOpen(false);
  };
  const card = data && accountCard(w, data);
  return (
    <div className="account" onKeyDown={onKeyDown} {...onFocusOut(onLeave)}>
      <button type="button" className="button quiet account-button" ref={button} aria-expanded={open} aria-controls="account-panel" onClick={() => setOpen(!open)}>
        <span className="avatar" aria-hidden="true">
          {initial}
        </span>
        <span className="visually-hidden">{`${w("shell.account_of")} `}</span>
        <span className="account-name">{name}</span>
      </button>
      <div className={open ? "account-panel open" : "account-panel"} id="account-panel" tabIndex={-1}>
        {card && (
          <>
            <p className="account-who">{card.who}</p>
            <p className="hint">{card.kind}</p>
            <Facts facts={card.facts} />
          </>
        )}
        <Button onPress={() => setOpen(false)}>{w("shell.switch_account")}</Button>
      </div>
    </div>
  );
}

function Page({ Content }) {
  const w = useWords();
  const { title, lead } = headOf(w, useRoute());
  const { data, problem, slowly, fetchData } = useShared();
  return (
    <div className="page">
      <div className="page-head">
        <h1 id="page-title" tabIndex={-1}>
          {title}
        </h1>
        <p className="lead">{lead}</p>
      </div>
      {problem ? (
        <Notice tone="bad" title={w("shell.problem_load_title")} urgent>
          <p>{problemSentence(w, problem)}</p>
          <Button onPress={fetchData}>{w("shell.retry")}</Button>
        </Notice>
      ) : data ? (
        <Content data={data} refresh={fetchData} />
      ) : (
        <Loading slowly={slowly} />
      )}
    </div>
  );
}
