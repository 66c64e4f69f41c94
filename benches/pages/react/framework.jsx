import { createContext } from "react";
import { hydrateRoot, createRoot } from "react-dom/client";
import { BrowserRouter, Link as RouterLink, Route, Routes, useLocation } from "react-router";

export { useContext, useEffect, useId, useMemo, useRef, useState } from "react";

export const [Words, Say, Shared] = [createContext(), createContext(), createContext()];
/** React's `onBlur` is the event that bubbles. */
export const onFocusOut = (listen) => ({ onBlur: listen });

export const Router = ({ base, children }) => <BrowserRouter basename={base}>{children}</BrowserRouter>;
export const useRoute = () => useLocation().pathname.slice(1);
export const Link = ({ to, ...more }) => <RouterLink to={`/${to}`} {...more} />;

/** The page of the present route; `Other` where there is none. */
export const Pages = ({ pages, Other }) => (
  <Routes>
    {Object.entries(pages).map(([route, Page]) => (
      <Route key={route} path={`/${route}`} element={<Page />} />
    ))}
    <Route path="*" element={<Other />} />
  </Routes>
);

export const start = (root, app) => (__PRERENDERED__ ? hydrateRoot(root, app) : createRoot(root).render(app));
