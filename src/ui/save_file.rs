//! Hands the reader a file that was made here.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// The browser has begun to write the file by then, and keeps what it needs.
const FORGET: Duration = Duration::from_secs(30);

/// Saves a text as a file of this name and media type, where the reader's browser saves files; `None` when it refuses.
pub(crate) fn save_file(name: &str, media_type: &str, text: &str) -> Option<()> {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("href", &address).ok()?;
    link.set_attribute("download", name).ok()?;
    // Never part of the page: nothing of the host's hears of it.
    link.click();
    set_timeout(
        move || {
            // An address that is not known any more needs no end.
            let _ = Url::revoke_object_url(&address);
        },
        FORGET,
    );
    Some(())
}
