//! The custom element's inside: settings and properties come in, composed events go out.

use crate::app::{App, Controls};
use crate::settings::Settings;
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

/// The `<partner-support>` element that an app is shown in.
#[derive(Clone, Copy)]
pub(crate) struct Host {
    element: leptos::prelude::StoredValue<HtmlElement, LocalStorage>,
}

impl Host {
    fn new(element: HtmlElement) -> Host {
        Host {
            element: leptos::prelude::StoredValue::new_local(element),
        }
    }

    /// A property that the host page has set.
    pub(crate) fn property(self, name: &str) -> Option<JsValue> {
        let value = self
            .element
            .try_with_value(|element| js_sys::Reflect::get(element, &JsValue::from_str(name)).ok())
            .flatten()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// Fires an event that the host page can listen to, with texts as its detail.
    /// A detail holds codes, ids of incidents and states; never an Access ID or a Contract ID.
    pub(crate) fn emit(self, name: &str, detail: &[(&str, &str)]) {
        let object = js_sys::Object::new();
        for (key, value) in detail {
            // Setting a property of a fresh plain object cannot fail.
            let _ =
                js_sys::Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
        }
        let options = CustomEventInit::new();
        options.set_bubbles(true);
        options.set_composed(true);
        options.set_detail(&object);
        let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) else {
            return;
        };
        // Taken out first: a listener may call back into the app at once.
        if let Some(element) = self.element.try_get_value() {
            // A listener of the host that throws is the host's fault, and reported by the browser.
            let _ = element.dispatch_event(&event);
        }
    }
}

/// The element of the surrounding app.
pub(crate) fn host() -> Host {
    expect_context::<Host>()
}

/// An app that is shown in an element. Dropped by [`MountedElement::unmount`].
#[wasm_bindgen]
pub struct MountedElement {
    controls: Controls,
    /// Keeps the view and its reactive owner; dropping it takes both down.
    _view: Box<dyn Any>,
}

/// The number of what the loader and this program say to each other: [`mount`], its arguments and [`MountedElement`].
/// A loader of another number does not call them. Raised by every change that an older loader would not survive.
#[wasm_bindgen(js_name = loaderInterface)]
#[must_use]
pub fn loader_interface() -> u32 {
    1
}

/// Shows the app inside `frame`, an empty element in the shadow root of `host`, with the loader's `settings`.
/// `on_crash` is called, without arguments, if the program stops on a fault: nothing here may be called after that.
#[wasm_bindgen]
#[must_use]
pub fn mount(
    host: HtmlElement,
    frame: HtmlElement,
    settings: &JsValue,
    on_crash: js_sys::Function,
) -> MountedElement {
    report_crashes_to(on_crash);
    let settings = Settings::read(settings);
    let controls: Rc<Cell<Option<Controls>>> = Rc::default();
    let handed_out = Rc::clone(&controls);
    let first = settings.clone();
    let view = mount_to(frame.clone(), move || {
        let controls = Controls::new(Host::new(host), first);
        handed_out.set(Some(controls));
        view! { class="ps", <App controls=controls/> }
    });
    let controls = controls
        .take()
        .unwrap_or_else(|| Controls::new(Host::new(frame), settings));
    MountedElement {
        controls,
        _view: Box::new(view),
    }
}

#[wasm_bindgen]
impl MountedElement {
    /// The settings have changed; all of them are handed over again.
    pub fn update(&self, settings: &JsValue) {
        self.controls.update(Settings::read(settings));
    }

    /// Goes to the page of a path such as `/incidents/42`.
    pub fn navigate(&self, path: &str) {
        self.controls.navigate(path);
    }

    /// Asks the server for the account again.
    pub fn refresh(&self) {
        self.controls.refresh();
    }

    /// The host page has set another way to get an access token.
    #[wasm_bindgen(js_name = sessionChanged)]
    pub fn session_changed(&self) {
        self.controls.session_changed();
    }

    /// Takes the app down.
    pub fn unmount(self) {}
}

thread_local! {
    static ON_CRASH: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
    static HAS_CRASHED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the program has stopped on a fault. Nothing takes its timers and its listeners on the window away then; they
/// ask here and do nothing.
pub(crate) fn has_crashed() -> bool {
    HAS_CRASHED.get()
}

/// One program serves every element of the page: a fault in one ends all of them, so the page is told once.
fn report_crashes_to(on_crash: js_sys::Function) {
    ON_CRASH.with(|slot| {
        let is_first = slot.replace(Some(on_crash)).is_none();
        if is_first {
            std::panic::set_hook(Box::new(|fault| {
                HAS_CRASHED.set(true);
                leptos::logging::error!("partner-support stopped: {fault}");
                let on_crash =
                    ON_CRASH.with(|slot| slot.try_borrow().ok().and_then(|slot| slot.clone()));
                if let Some(on_crash) = on_crash {
                    // The page cannot be told twice; a failing report has nowhere to go.
                    let _ = on_crash.call0(&JsValue::NULL);
                }
            }));
        }
    });
}
