//! Many accounts entered at once: a file is chosen or pasted, checked on the server without writing anything, and only then
//! entered. What has been entered when something fails is said exactly, and the same file can be sent again.

use super::count;
use super::import_file::{self, LONGEST, MOST, Row, Unreadable};
use crate::backend::{Backend, Problem, backend};
use crate::frame::{SignInAgain, problem_sentence};
use crate::signals::{RwSignal, Signal, StoredValue};
use crate::ui::{
    Button, Dialog, Emphasis, Fact, Facts, Notice, Table, TextArea, Tone, announcer, csv,
    save_file, unique_id,
};
use crate::words::{self, Words, words};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use support_api::desk::{
    Fault, IMPORT_ROWS, ImportFault, ImportOutcome, ImportReport, ImportedRow,
};
use support_api::{ProblemCode, paths};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Most bytes of the rows of one call.
const CALL: usize = 48 * 1_024;
/// Rows with faults that are shown.
const SHOWN: usize = 200;
/// How often a call that came too early is repeated, and after how long.
const PATIENCE: u32 = 10;
const PAUSE: Duration = Duration::from_secs(3);

/// What is known of a file.
#[derive(Clone, PartialEq)]
struct Checked {
    rows: Vec<Row>,
    /// What became of each row so far, in their order.
    told: Vec<ImportedRow>,
    /// Whether that was written, or only checked.
    is_import: bool,
}

impl Checked {
    fn counted(&self, outcome: ImportOutcome) -> u32 {
        count(
            self.told
                .iter()
                .filter(|row| row.outcome == outcome)
                .count(),
        )
    }

    /// What an import would write.
    fn to_write(&self) -> u32 {
        self.counted(ImportOutcome::New) + self.counted(ImportOutcome::Changed)
    }

    fn is_whole(&self) -> bool {
        self.told.len() == self.rows.len()
    }
}

/// The page.
#[component]
pub(super) fn ImportSection() -> impl IntoView {
    let words = words();
    let (backend, announcer) = (backend(), announcer());
    let text = RwSignal::new(String::new());
    let unreadable = RwSignal::new(None::<Unreadable>);
    let checked = RwSignal::new(None::<Checked>);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let stopped = RwSignal::new(false);
    let ask = RwSignal::new(false);
    let turn = StoredValue::new(0_u32);
    let report = NodeRef::<html::H2>::new();
    // Another text is another file: what was said of the last one is not about it.
    Effect::new(move |was: Option<String>| {
        let now = text.get();
        if was.is_some_and(|was| was != now) && !busy.get_untracked() {
            checked.set(None);
            unreadable.set(None);
            problem.set(None);
        }
        now
    });
    let run = move |rows: Vec<Row>, is_import: bool| {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        let is_mine = move || turn.try_get_value() == Some(mine);
        problem.set(None);
        stopped.set(false);
        busy.set(true);
        checked.set(Some(Checked {
            rows: rows.clone(),
            told: Vec::new(),
            is_import,
        }));
        leptos::task::spawn_local(async move {
            let mut begin = 0;
            while begin < rows.len() && is_mine() {
                let end = end_of_call(&rows, begin);
                let Some(part) = rows.get(begin..end) else {
                    break;
                };
                let came = send(backend, part, !is_import).await;
                if !is_mine() {
                    return;
                }
                match came {
                    Ok(mut told) => checked.update(|checked| {
                        if let Some(checked) = checked {
                            checked.told.append(&mut told);
                        }
                    }),
                    Err(failure) => {
                        problem.set(Some(failure));
                        break;
                    }
                }
                begin = end;
            }
            if !is_mine() {
                return;
            }
            busy.set(false);
            // Where it broke off, that is said, and nothing is checked.
            if let Some(checked) = checked.get_untracked()
                && problem.with_untracked(Option::is_none)
            {
                announcer.say(summary(words, &checked));
            }
            if let Some(report) = report.get_untracked() {
                // A heading that is gone by now leaves the focus where it is.
                let _ = report.focus();
            }
        });
    };
    let check = Callback::new(move |()| match import_file::read(&text.get_untracked()) {
        Ok(rows) => {
            unreadable.set(None);
            run(rows, false);
        }
        Err(why) => {
            checked.set(None);
            unreadable.set(Some(why));
        }
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        check.run(());
    };
    let import = Callback::new(move |()| {
        ask.set(false);
        if let Some(checked) = checked.get_untracked() {
            run(checked.rows, true);
        }
    });
    let stop = Callback::new(move |()| {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        busy.set(false);
        stopped.set(true);
        announcer.say(words::desk::import_stopped(words));
    });
    let why_not = Signal::derive(move || {
        let reason = checked.with(|checked| match checked {
            None => Some(words::desk::import_check_first(words)),
            Some(checked) if checked.is_import => Some(words::desk::import_check_again(words)),
            Some(checked) if !checked.is_whole() => Some(words::desk::import_check_first(words)),
            Some(checked) if checked.to_write() == 0 => Some(words::desk::import_nothing(words)),
            Some(_) => None,
        });
        reason.map(str::to_owned)
    });
    let to_write = move || checked.with(|it| it.as_ref().map_or(0, Checked::to_write));
    let progress = move || {
        let far = checked.with(|it| {
            it.as_ref()
                .map(|it| (count(it.told.len()), count(it.rows.len())))
        });
        let (done, all) = far.filter(|_| busy.get())?;
        let text = words::desk::import_progress(words, done, all);
        Some(view! { class="ps",
            <div class="desk-progress">
                <progress max=all.to_string() value=done.to_string() aria-label=words::desk::import_progress_name(words)></progress>
                <span>{text}</span>
                <Button on_press=stop>{words::incidents::export_stop(words)}</Button>
            </div>
        })
    };
    view! { class="ps",
        <div class="desk-section">
            <Format/>
            <form class="form wide" novalidate=true on:submit=on_submit>
                <FileField text=text busy=busy unreadable=unreadable/>
                <TextArea
                    id=unique_id("rows") label=words::desk::import_paste(words) hint=words::desk::import_paste_hint(words)
                    value=text rows=8 max_length=u32::try_from(LONGEST).unwrap_or(u32::MAX)
                />
                {move || unreadable.get().map(|why| view! { class="ps",
                    <Notice tone=Tone::Bad title=words::desk::import_unreadable(words) urgent=true>
                        <p>{unreadable_text(words, why)}</p>
                    </Notice>
                })}
                <div class="row">
                    <Button emphasis=Emphasis::Primary submit=true busy=busy>{words::desk::import_check(words)}</Button>
                    <Button busy=busy why_not=why_not on_press=Callback::new(move |()| ask.set(true))>
                        {words::desk::import_submit(words)}
                    </Button>
                </div>
                {progress}
            </form>
            <section class="desk-section" aria-labelledby="import-report" class:desk-none=move || checked.with(Option::is_none)>
                <h2 id="import-report" tabindex="-1" node_ref=report>{move || {
                    match checked.with(|it| it.as_ref().is_some_and(|it| it.is_import)) {
                        true => words::desk::import_result(words),
                        false => words::desk::import_checked(words),
                    }
                }}</h2>
                {move || (!busy.get()).then(|| problem.get()).flatten().map(|why| failure(words, checked, why))}
                {move || (stopped.get() && !busy.get()).then(|| partly(words, checked))}
                <Report checked=checked busy=busy/>
            </section>
        </div>
        <Dialog open=ask title=Signal::stored(words::desk::import_submit(words).to_owned())>
            <p>{move || words::desk::import_ask(words, to_write())}</p>
            {move || checked.with(|it| it.as_ref().map_or(0, |it| it.counted(ImportOutcome::Wrong))).checked_sub(1).map(|_| {
                let wrong = checked.with_untracked(|it| it.as_ref().map_or(0, |it| it.counted(ImportOutcome::Wrong)));
                view! { class="ps", <p>{words::desk::import_left_out(words, wrong)}</p> }
            })}
            <div class="dialog-actions">
                <Button emphasis=Emphasis::Primary on_press=import>{words::desk::import_submit(words)}</Button>
                <Button on_press=Callback::new(move |()| ask.set(false))>{words::operator::cancel(words)}</Button>
            </div>
        </Dialog>
    }
}

/// Up to which row one call goes that begins at this one.
fn end_of_call(rows: &[Row], begin: usize) -> usize {
    let mut length = 0;
    let fits = rows.iter().skip(begin).take(IMPORT_ROWS).take_while(|row| {
        length += row.json.len() + 1;
        length <= CALL
    });
    // A row alone always fits.
    begin + fits.count().max(1)
}

/// Sends rows, except those that need not be sent, and says what came of each.
async fn send(backend: Backend, rows: &[Row], dry_run: bool) -> Result<Vec<ImportedRow>, Problem> {
    let sent: Vec<&str> = rows
        .iter()
        .filter(|row| row.fault.is_none())
        .map(|row| row.json.as_str())
        .collect();
    let body = format!("{{\"dry_run\":{dry_run},\"rows\":[{}]}}", sent.join(","));
    let mut tries = 0;
    let report: ImportReport = loop {
        match backend.desk_put(paths::PARTNERS, body.clone()).await {
            // Too many at once: the next one waits.
            Err(problem)
                if problem.code() == Some(ProblemCode::TooManyRequests) && tries < PATIENCE =>
            {
                tries += 1;
                pause().await;
            }
            came => break came?,
        }
    };
    let mut told = report.rows.into_iter();
    let rows = rows.iter().map(|row| match &row.fault {
        Some(fault) => Some(ImportedRow {
            outcome: ImportOutcome::Wrong,
            changes: Vec::new(),
            faults: vec![fault.clone()],
        }),
        None => told.next(),
    });
    // Fewer than were sent is no answer to what was sent.
    rows.collect::<Option<_>>().ok_or(Problem::Unreadable)
}

async fn pause() {
    let over = js_sys::Promise::new(&mut |done, _| {
        set_timeout(
            move || {
                let _ = done.call0(&JsValue::UNDEFINED);
            },
            PAUSE,
        );
    });
    let _ = JsFuture::from(over).await;
}

/// What came of it in one sentence.
fn summary(words: Words, checked: &Checked) -> String {
    let written = words::desk::told_written(words, checked.to_write());
    let wrong = words::desk::told_wrong(words, checked.counted(ImportOutcome::Wrong));
    match checked.is_import {
        true => written,
        false => wrong,
    }
}

fn unreadable_text(words: Words, why: Unreadable) -> String {
    use words::desk as say;
    match why {
        Unreadable::Empty => say::file_empty(words).to_owned(),
        Unreadable::TooLong => {
            say::file_too_long(words, u32::try_from(LONGEST / 1_024 / 1_024).unwrap_or(0))
        }
        Unreadable::TooMany => say::file_too_many(words, count(MOST)),
        Unreadable::NotJson => say::file_not_json(words).to_owned(),
        Unreadable::OpenQuote => say::file_open_quote(words).to_owned(),
        Unreadable::NoHead => say::file_no_head(words, &import_file::COLUMNS.join(", ")),
    }
}

/// How far it came before it ended early.
fn far(words: Words, checked: RwSignal<Option<Checked>>) -> String {
    checked.with(|checked| match checked {
        Some(checked) if checked.is_import => words::desk::import_done_of(
            words,
            checked.to_write(),
            count(checked.told.len()),
            count(checked.rows.len()),
        ),
        _ => words::desk::import_nothing_written(words).to_owned(),
    })
}

fn failure(words: Words, checked: RwSignal<Option<Checked>>, why: Problem) -> AnyView {
    let is_import = checked.with_untracked(|it| it.as_ref().is_some_and(|it| it.is_import));
    let unsure = (is_import && crate::backend::FormKey::may_be_done(&why))
        .then(|| view! { class="ps", <p>{words::desk::import_unsure(words)}</p> });
    let sentence = problem_sentence(words, &why);
    view! { class="ps",
        <Notice tone=Tone::Bad title=words::desk::import_broke_off(words) urgent=true>
            <p>{sentence}</p>
            <p>{far(words, checked)}</p>
            {unsure}
            <p>{words::desk::import_repeat(words)}</p>
            <SignInAgain problem=why/>
        </Notice>
    }
    .into_any()
}

fn partly(words: Words, checked: RwSignal<Option<Checked>>) -> AnyView {
    view! { class="ps",
        <Notice tone=Tone::Warning title=words::desk::import_stopped(words)>
            <p>{far(words, checked)}</p>
            <p>{words::desk::import_repeat(words)}</p>
        </Notice>
    }
    .into_any()
}

/// What became, or would become, of the rows; and every row that is wrong.
#[component]
fn Report(
    /// The file.
    checked: RwSignal<Option<Checked>>,
    /// It is on its way.
    busy: RwSignal<bool>,
) -> impl IntoView {
    let words = words();
    move || {
        if busy.get() {
            return None;
        }
        let checked = checked.get()?;
        let fact = |name: &'static str, outcome| {
            let number = words.number(checked.counted(outcome));
            view! { class="ps", <Fact name=name>{number}</Fact> }
        };
        let (new_name, changed_name) = match checked.is_import {
            true => (words::desk::was_new(words), words::desk::was_changed(words)),
            false => (words::desk::is_new(words), words::desk::is_changed(words)),
        };
        let counts = [
            fact(new_name, ImportOutcome::New),
            fact(changed_name, ImportOutcome::Changed),
            fact(words::desk::is_same(words), ImportOutcome::Same),
            fact(words::desk::is_wrong(words), ImportOutcome::Wrong),
        ];
        let wrong: Vec<(&Row, &ImportedRow)> = checked
            .rows
            .iter()
            .zip(&checked.told)
            .filter(|(_, told)| told.outcome == ImportOutcome::Wrong)
            .collect();
        let all = wrong.len();
        let lines = wrong.into_iter().take(SHOWN).map(|(row, told)| {
            let faults = told.faults.iter().map(|fault| {
                let text = fault_text(words, fault);
                view! { class="ps", <li>{text}</li> }
            });
            let (place, id, faults) = (
                words.number(row.place),
                row.id.clone(),
                faults.collect_view(),
            );
            view! { class="ps",
                <tr>
                    <th scope="row">{place}</th>
                    <td><span class="code" dir="auto">{id}</span></td>
                    <td><ul class="desk-faults">{faults}</ul></td>
                </tr>
            }
        });
        let lines = lines.collect_view();
        let table = (all > 0).then(|| {
            view! { class="ps",
                <Table caption=words::desk::faults_caption(words, count(all))>
                    <thead>
                        <tr>
                            <th scope="col">{words::desk::row(words)}</th>
                            <th scope="col">{words::desk::account_id(words)}</th>
                            <th scope="col">{words::desk::faults(words)}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </Table>
            }
        });
        let cut = (all > SHOWN).then(|| {
            let text = words::desk::faults_cut(words, count(SHOWN), count(all));
            view! { class="ps", <p class="hint">{text}</p> }
        });
        let file = (all > 0).then(|| view! { class="ps", <FaultsFile checked=checked.clone()/> });
        let changes: Vec<(u32, String, String)> = checked
            .rows
            .iter()
            .zip(&checked.told)
            .filter(|(_, told)| told.outcome == ImportOutcome::Changed)
            .take(SHOWN)
            .map(|(row, told)| (row.place, row.id.clone(), told.changes.join(", ")))
            .collect();
        let changed_rows = (!changes.is_empty()).then(|| {
            let rows = changes.into_iter().map(|(place, id, fields)| {
                view! { class="ps",
                    <tr>
                        <th scope="row">{words.number(place)}</th>
                        <td><span class="code" dir="auto">{id}</span></td>
                        <td><span class="code">{fields}</span></td>
                    </tr>
                }
            });
            let rows = rows.collect_view();
            view! { class="ps",
                <details class="fold">
                    <summary>{words::desk::changes(words)}</summary>
                    <Table caption=words::desk::changes(words) caption_hidden=true>
                        <thead>
                            <tr>
                                <th scope="col">{words::desk::row(words)}</th>
                                <th scope="col">{words::desk::account_id(words)}</th>
                                <th scope="col">{words::desk::changed_fields(words)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </Table>
                </details>
            }
        });
        Some(view! { class="ps",
            <Facts>
                {counts.collect_view()}
            </Facts>
            {cut}
            {file}
            {table}
            {changed_rows}
        })
    }
}

/// Every fault of a file as a file, however many are shown.
#[component]
fn FaultsFile(
    /// The file.
    checked: Checked,
) -> impl IntoView {
    let words = words();
    let announcer = announcer();
    let checked = StoredValue::new(checked);
    let refused = RwSignal::new(false);
    let save = Callback::new(move |()| {
        let table = checked.with_value(|checked| sheet(words, checked));
        let text = csv(&table, words.cell_separator());
        let saved = save_file("import-errors.csv", "text/csv;charset=utf-8", &text);
        refused.set(saved.is_none());
        if saved.is_some() {
            // The head is no fault.
            let faults = count(table.len().saturating_sub(1));
            announcer.say(words::desk::faults_saved(words, faults));
        }
    });
    view! { class="ps",
        <div><Button on_press=save>{words::desk::faults_save(words)}</Button></div>
        {move || refused.get().then(|| view! { class="ps",
            <Notice tone=Tone::Bad urgent=true><p>{words::incidents::export_refused(words)}</p></Notice>
        })}
    }
}

/// A line for each fault, with a head.
fn sheet(words: Words, checked: &Checked) -> Vec<Vec<String>> {
    use words::desk as say;
    let head = [say::row(words), say::account_id(words), say::faults(words)];
    let mut sheet = vec![head.map(str::to_owned).to_vec()];
    for (row, told) in checked.rows.iter().zip(&checked.told) {
        for fault in &told.faults {
            let (place, what) = (row.place.to_string(), fault_text(words, fault));
            sheet.push(vec![place, row.id.clone(), what]);
        }
    }
    sheet
}

/// What is wrong with a field, in words.
fn fault_text(words: Words, fault: &ImportFault) -> String {
    use words::desk as say;
    let what = match fault.fault {
        Fault::Missing => say::fault_missing(words),
        Fault::UnknownField => say::fault_unknown_field(words),
        Fault::Malformed => say::fault_malformed(words),
        Fault::Text if fault.field.is_empty() => say::fault_row_long(words),
        Fault::Text => say::fault_text(words),
        Fault::TooMany => say::fault_too_many(words),
        Fault::UnknownRegion => say::fault_region(words),
        Fault::UnknownOffer => say::fault_offer(words),
        Fault::UnknownCompetency => say::fault_competency(words),
        Fault::NeedsCompetency => say::fault_needs_competency(words),
        Fault::NeedsNoCompetency => say::fault_needs_no_competency(words),
        Fault::EndsBeforeStart => say::fault_ends_before(words),
        Fault::UnknownPlan => say::fault_plan(words),
        Fault::Twice => say::fault_twice(words),
    };
    match fault.field.is_empty() {
        true => what.to_owned(),
        false => say::fault_at(words, &fault.field, what),
    }
}

/// What a file looks like.
#[component]
fn Format() -> impl IntoView {
    let words = words();
    let example = "id,name,region,portal,offers,plans,reseller,activators\n\
        birch-systems,Birch Systems,emea,partner-center,silver:datacenter:2020-09-01:2021-08-31,,,Ada|Ben";
    let json = "[{\"id\": \"birch-systems\", \"name\": \"Birch Systems\", \"region\": \"emea\", \"portal\": \"partner-center\"}]";
    view! { class="ps",
        <details class="fold">
            <summary>{words::desk::format(words)}</summary>
            <div class="desk-format">
                <p>{words::desk::format_csv(words)}</p>
                <pre class="code" tabindex="0" role="group" aria-label="CSV">{example}</pre>
                <p>{words::desk::format_offers(words)}</p>
                <p>{words::desk::format_json(words)}</p>
                <pre class="code" tabindex="0" role="group" aria-label="JSON">{json}</pre>
            </div>
        </details>
    }
}

/// The file that is chosen; its text goes into the field below it.
#[component]
fn FileField(
    /// What is read from it.
    text: RwSignal<String>,
    /// It is on its way.
    busy: RwSignal<bool>,
    /// Why it is none.
    unreadable: RwSignal<Option<Unreadable>>,
) -> impl IntoView {
    let words = words();
    let announcer = announcer();
    let id = unique_id("file");
    let hint = unique_id("hint");
    let described_by = hint.clone();
    let chosen = move |event: web_sys::Event| {
        let of = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
        let input = event.target();
        let file = input.and_then(|input| of(&of(&input, "files")?, "0"));
        let Some(file) = file.and_then(|file| file.dyn_into::<Blob>().ok()) else {
            return;
        };
        let called = of(&file, "name").and_then(|name| name.as_string());
        if file.size() > LONGEST as f64 {
            unreadable.set(Some(Unreadable::TooLong));
            return;
        }
        leptos::task::spawn_local(async move {
            let read = JsFuture::from(file.text()).await.ok();
            // The page may have been left by now.
            if let Some(read) = read.and_then(|read| read.as_string())
                && text.try_set(read).is_none()
            {
                announcer.say(words::desk::file_read(words, &called.unwrap_or_default()));
            }
        });
    };
    view! { class="ps",
        <div class="field">
            <label for=id.clone()>{words::desk::import_file(words)}</label>
            <p class="hint" id=hint>{words::desk::import_file_hint(words, count(MOST))}</p>
            <input
                type="file" id=id accept=".csv,.json,text/csv,application/json" aria-describedby=described_by
                disabled=move || busy.get() on:change=chosen
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(length: usize) -> Row {
        Row {
            place: 1,
            id: String::new(),
            json: "x".repeat(length),
            fault: None,
        }
    }

    #[test]
    fn a_call_takes_as_many_rows_as_the_server_does_and_never_none() {
        let many: Vec<Row> = (0..250).map(|_| row(10)).collect();
        assert_eq!(end_of_call(&many, 0), IMPORT_ROWS);
        assert_eq!(end_of_call(&many, 200), 250);
        let long: Vec<Row> = (0..3).map(|_| row(20 * 1_024)).collect();
        assert_eq!(end_of_call(&long, 0), 2);
        assert_eq!(end_of_call(&[row(CALL * 2)], 0), 1);
    }
}
