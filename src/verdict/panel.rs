//! The panel that shows an answer.

use super::names::Names;
use super::reading::{Answer, Payer, Reading, RuleLine, Way};
use super::{Lead, ask, lead, sentences};
use crate::account::Known;
use crate::navigator::PageLink;
use crate::session::{SignInReason, session};
use crate::ui::{Announcer, Badge, ExternalLink, Fact, Facts, Tone, unique_id};
use crate::words::{self, Words, words};
use entitlement_rules::{Need, NextStep, Question, Status};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// An answer must stand this long before it is said aloud: while somebody chooses, it changes often.
const SETTLED: Duration = Duration::from_millis(800);

/// The law's answer to a question, live: it follows the account and the question. Changes are said once, politely,
/// when they have settled; the first answer is there to be read and is not said.
#[component]
pub(crate) fn VerdictPanel(
    /// The account.
    known: Signal<Known>,
    /// What is asked.
    #[prop(into)]
    question: Signal<Question>,
    /// Takes up a next step in a form on the same page: enter IDs, choose a version, describe a problem, choose a
    /// customer, choose a severity.
    #[prop(optional, into)]
    on_step: Option<Callback<NextStep>>,
) -> impl IntoView {
    let words = words();
    let reading =
        Memo::new(move |_| known.with(|known| question.with(|asked| ask(known, asked, words))));
    announce_changes(words, reading);
    let title_id = unique_id("answer");
    let labelled_by = title_id.clone();
    let (rules_open, silent_open) = (RwSignal::new(false), RwSignal::new(false));
    let tone = move || reading.with(|reading| tone(reading.answer).class_name());
    view! { class="ps",
        <section class=move || format!("verdict {}", tone()) aria-labelledby=labelled_by>
            {move || {
                let known = known.get();
                let reading = reading.get();
                let names = Names::new(&known.programme, &known.facts, words.language().tag());
                view! { class="ps",
                    <Head reading=reading.clone() title_id=title_id.clone()/>
                    {reading.payer.clone().filter(|_| !is_early(&reading)).map(|payer| view! { class="ps", <Paying payer=payer answer=reading.answer/> })}
                    {reads_only(words, &reading)}
                    {rules(words, &reading)}
                    {steps(words, names, &known, &reading, on_step)}
                    {ways(words, &reading)}
                    <OtherRules lines=reading.others open=rules_open silent_open=silent_open/>
                    <p class="hint">{words::verdict::as_of(words, known.facts.as_of)}</p>
                }
            }}
        </section>
    }
}

/// Says an answer that has changed, once it has settled.
fn announce_changes(words: Words, reading: Memo<Reading>) {
    let announcer = use_context::<Announcer>();
    let said = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let now = reading.with(|reading| sentences::announcement(words, reading));
        if said.with_value(Option::is_none) {
            said.set_value(Some(now));
            return;
        }
        set_timeout(
            move || {
                let current =
                    reading.try_with_untracked(|reading| sentences::announcement(words, reading));
                let Some(current) = current.filter(|current| *current == now) else {
                    return;
                };
                if said.try_get_value().flatten().as_ref() != Some(&current) {
                    said.set_value(Some(current.clone()));
                    if let Some(announcer) = announcer {
                        announcer.say(current);
                    }
                }
            },
            SETTLED,
        );
    });
}

/// How an answer looks.
#[derive(Clone, Copy)]
enum Look {
    Good,
    Open,
    Bad,
}

impl Look {
    fn class_name(self) -> &'static str {
        match self {
            Look::Good => "good",
            Look::Open => "open",
            Look::Bad => "bad",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Look::Good => "✓",
            Look::Open => "…",
            Look::Bad => "✕",
        }
    }
}

fn tone(answer: Answer) -> Look {
    match answer {
        Answer::Yes => Look::Good,
        Answer::SoFar | Answer::IdsFirst | Answer::TooUrgent | Answer::Nothing => Look::Open,
        Answer::No => Look::Bad,
    }
}

#[component]
fn Head(
    /// What to show.
    reading: Reading,
    /// Id of the title, which names the panel.
    title_id: String,
) -> impl IntoView {
    let words = words();
    let look = tone(reading.answer);
    let needs = (!reading.needs.is_empty() && reading.answer != Answer::No)
        .then(|| sentences::still_needed(words, &reading.needs));
    view! { class="ps",
        <div class="verdict-head">
            <span class="verdict-mark" aria-hidden="true">{look.mark()}</span>
            <h2 id=title_id>{sentences::title(words, &reading)}</h2>
        </div>
        {needs.map(|needs| view! { class="ps", <p>{needs}</p> })}
    }
}

/// What pays, what that takes, and until when it can.
#[component]
fn Paying(
    /// What pays.
    payer: Payer,
    /// The answer.
    answer: Answer,
) -> impl IntoView {
    let words = words();
    let grace = payer
        .ends
        .zip(payer.grace_until)
        .map(|(end, last)| words::verdict::grace(words, end, last));
    let ends = payer.ends.filter(|_| grace.is_none());
    let takes = (answer != Answer::No).then(|| sentences::uses(words, &payer));
    let paid_by = match answer {
        Answer::No => words::verdict::paid_by_nearest(words),
        _ => words::verdict::paid_by(words),
    };
    view! { class="ps",
        <Facts>
            <Fact name=paid_by>{sentences::payer_name(words, &payer.name)}</Fact>
            {takes.map(|takes| view! { class="ps", <Fact name=words::verdict::uses(words)>{takes}</Fact> })}
            {ends.map(|day| view! { class="ps", <Fact name=words::verdict::until(words)>{words.date(day)}</Fact> })}
        </Facts>
        {grace.map(|grace| view! { class="ps", <p class="verdict-warning">{grace}</p> })}
    }
}

fn reads_only(words: Words, reading: &Reading) -> impl IntoView + use<> {
    reading.reads_only.then(
        || view! { class="ps", <p class="verdict-warning">{words::verdict::reads_only(words)}</p> },
    )
}

/// The rules that decide.
fn rules(words: Words, reading: &Reading) -> impl IntoView + use<> {
    let title = match reading.answer {
        Answer::Yes => words::verdict::why_yes(words),
        Answer::SoFar => words::verdict::why_open(words),
        Answer::IdsFirst | Answer::TooUrgent | Answer::Nothing | Answer::No => {
            words::verdict::why_no(words)
        }
    };
    let lines = reading.deciding.clone();
    (!lines.is_empty()).then(|| {
        view! { class="ps",
            <h3>{title}</h3>
            <ul class="rules">{lines.into_iter().map(|line| rule(words, line)).collect_view()}</ul>
        }
    })
}

/// One rule: its number, what it says, its facts, where it is stated.
fn rule(words: Words, line: RuleLine) -> impl IntoView {
    let (status, class, mark) = match line.result.status {
        Status::Pass => (words::verdict::rule_passes(words), "pass", "✓"),
        Status::Fail => (words::verdict::rule_fails(words), "fail", "✕"),
        Status::NotApplicable => (words::verdict::rule_silent(words), "silent", "–"),
        Status::NeedsFact => (words::verdict::rule_waits(words), "waits", "…"),
    };
    let fails = line.result.status == Status::Fail;
    let facts: Vec<(&'static str, String)> = line
        .facts
        .iter()
        .map(|fact| (fact.name.word(words), sentences::value(words, &fact.value)))
        .collect();
    let facts = (!facts.is_empty()).then(|| {
        let facts = facts
            .into_iter()
            .map(|(name, value)| view! { class="ps", <div><dt>{name}</dt><dd>{value}</dd></div> })
            .collect_view();
        view! { class="ps", <dl class="rule-facts">{facts}</dl> }
    });
    let own = line.result.rule;
    let extension = line.result.extension.or(own.is_extension().then_some(own));
    let extension = extension.map(|extension| {
        view! { class="ps", <Badge tone=Tone::Info text=sentences::extension(words, extension)/> }
    });
    view! { class="ps",
        <li class=format!("rule {class}")>
            <span class="rule-number">
                <span aria-hidden="true">{mark}</span>
                {line.result.rule.code()}
                <span class="visually-hidden">", "{status}": "</span>
            </span>
            <div class="rule-body">
                <p class="rule-says">{sentences::says(words, &line)}</p>
                {fails.then(|| view! { class="ps", <p class="hint">{sentences::demand(words, line.result.rule)}</p> })}
                {facts}
                <p class="rule-source">{sentences::source(words, own)}{extension}</p>
            </div>
        </li>
    }
}

/// What would change the answer.
fn steps(
    words: Words,
    names: Names<'_>,
    known: &Known,
    reading: &Reading,
    on_step: Option<Callback<NextStep>>,
) -> impl IntoView + use<> {
    let items = step_items(words, names, known, &reading.steps, on_step);
    let title = match reading.answer {
        Answer::Yes => words::verdict::what_next_yes(words),
        _ => words::verdict::what_next(words),
    };
    (!reading.steps.is_empty()).then(|| {
        view! { class="ps", <h3>{title}</h3><ul class="steps">{items}</ul> }
    })
}

/// Next steps on a page without a panel of its own.
pub(crate) fn steps_alone(
    words: Words,
    known: &Known,
    steps: &[NextStep],
) -> impl IntoView + use<> {
    let names = Names::new(&known.programme, &known.facts, words.language().tag());
    view! { class="ps", <ul class="steps">{step_items(words, names, known, steps, None)}</ul> }
}

fn step_items(
    words: Words,
    names: Names<'_>,
    known: &Known,
    steps: &[NextStep],
    on_step: Option<Callback<NextStep>>,
) -> impl IntoView + use<> {
    let session = session();
    let item = |step| {
        let text = sentences::step(words, names, step);
        let item = match lead(step, on_step.is_some()) {
            Lead::Page(route) => {
                view! { class="ps", <PageLink to=route>{text}</PageLink> }.into_any()
            }
            Lead::SwitchAccount => {
                let switch = move |_| session.ask_to_sign_in(SignInReason::SwitchAccount);
                view! { class="ps", <button type="button" class="link" on:click=switch>{text}</button> }
                    .into_any()
            }
            Lead::InForm => in_form(words, names, step, text, on_step).into_any(),
            Lead::Portal(portal) => {
                let url = known
                    .programme
                    .portal(&portal)
                    .map(|portal| portal.url.clone());
                view! { class="ps", <ExternalLink href=url.unwrap_or_default() text=text/> }
                    .into_any()
            }
            Lead::Address(url) => {
                view! { class="ps", <ExternalLink href=url text=text/> }.into_any()
            }
            Lead::Nowhere => text.into_any(),
        };
        view! { class="ps", <li>{item}</li> }
    };
    steps.iter().map(item).collect_view()
}

/// A step that a form on the same page takes up; of several versions, each is a button of its own.
fn in_form(
    words: Words,
    names: Names<'_>,
    step: &NextStep,
    text: String,
    on_step: Option<Callback<NextStep>>,
) -> AnyView {
    let take_up = move |step: NextStep| {
        move |_| {
            if let Some(on_step) = on_step {
                on_step.run(step.clone());
            }
        }
    };
    let steps = match step {
        NextStep::ChooseVersion { product, versions } => versions
            .iter()
            .map(|version| {
                let name = names.version(Some(product), version);
                let step = NextStep::ChooseVersion {
                    product: product.clone(),
                    versions: vec![version.clone()],
                };
                (words::verdict::to_choose_version(words, &name), step)
            })
            .collect(),
        other => vec![(text, other.clone())],
    };
    steps
        .into_iter()
        .map(|(text, step)| {
            view! { class="ps", <button type="button" class="link" on:click=take_up(step)>{text}</button> }
        })
        .collect_view()
        .into_any()
}

/// Before the product is known, no way to pay is better than another.
fn is_early(reading: &Reading) -> bool {
    reading.needs.contains(&Need::Product)
}

/// The ways to pay, side by side, without the one that answers.
fn ways(words: Words, reading: &Reading) -> impl IntoView + use<> {
    let title = if is_early(reading) {
        words::verdict::ways(words)
    } else {
        words::verdict::other_ways(words)
    };
    let others: Vec<&Way> = reading
        .ways
        .iter()
        .filter(|way| is_early(reading) || Some(&way.funding) != reading.funding.as_ref())
        .collect();
    let items = others.iter().map(|way| way_item(words, way)).collect_view();
    (!others.is_empty()).then(|| {
        view! { class="ps", <h3>{title}</h3><ul class="ways">{items}</ul> }
    })
}

fn way_item(words: Words, way: &Way) -> impl IntoView + use<> {
    let (verdict, tone) = match way.answer {
        Answer::Yes => (words::verdict::way_yes(words), Tone::Good),
        Answer::SoFar => (words::verdict::way_open(words), Tone::Neutral),
        Answer::IdsFirst => (words::verdict::ids_first(words), Tone::Warning),
        Answer::TooUrgent => (words::verdict::too_urgent(words), Tone::Warning),
        Answer::Nothing | Answer::No => (words::verdict::way_no(words), Tone::Neutral),
    };
    let takes = (way.answer != Answer::No).then(|| sentences::uses(words, &way.payer));
    let reason = way.reason.as_ref().filter(|_| way.answer == Answer::No).map(|line| {
        let reason = sentences::failure(words, &line.result);
        let rule = line.result.rule;
        let code = if rule.is_extension() {
            sentences::extension(words, rule)
        } else {
            rule.code().to_owned()
        };
        view! { class="ps", <p class="hint"><span class="rule-code">{code}</span>" "{reason}</p> }
    });
    view! { class="ps",
        <li class="way">
            <p class="way-name">{sentences::payer_name(words, &way.payer.name)}</p>
            <Badge tone=tone text=verdict/>
            {takes.map(|takes| view! { class="ps", <p class="hint">{words::verdict::uses_line(words, &takes)}</p> })}
            {reason}
        </li>
    }
}

/// The rules that do not decide, folded: those of the seed, then the extensions, where those that do not apply are
/// folded once more.
#[component]
fn OtherRules(
    /// The rules.
    lines: Vec<RuleLine>,
    /// Whether they are unfolded; kept while answers come and go.
    open: RwSignal<bool>,
    /// Whether the extensions that do not apply are.
    silent_open: RwSignal<bool>,
) -> impl IntoView {
    let words = words();
    let count = |lines: &[RuleLine]| u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let list = move |lines: Vec<RuleLine>| {
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter().map(|line| rule(words, line));
            view! { class="ps", <ul class="rules">{lines.collect_view()}</ul> }
        })
    };
    let all = count(&lines);
    let (extensions, of_the_seed): (Vec<RuleLine>, Vec<RuleLine>) = lines
        .into_iter()
        .partition(|line| line.result.rule.is_extension());
    let (silent, speaking): (Vec<RuleLine>, Vec<RuleLine>) = extensions
        .into_iter()
        .partition(|line| line.result.status == Status::NotApplicable);
    let silent_count = count(&silent);
    view! { class="ps",
        <Fold summary=words::verdict::other_rules(words, all) open=open>
            {list(of_the_seed)}
            <h3>{words::verdict::extensions(words)}</h3>
            <p class="hint">{words::verdict::extensions_hint(words)}</p>
            {list(speaking)}
            <Fold summary=words::verdict::silent_extensions(words, silent_count) open=silent_open>
                {list(silent)}
            </Fold>
        </Fold>
    }
}

/// Something folded.
#[component]
fn Fold(
    /// What is in it.
    summary: String,
    /// Whether it is unfolded; kept while answers come and go.
    open: RwSignal<bool>,
    /// What is folded.
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let on_toggle = move |_| {
        if let Some(details) = details.try_get_untracked().flatten() {
            open.set(details.open());
        }
    };
    view! { class="ps",
        <details class="other-rules" node_ref=details open=open.get_untracked() on:toggle=on_toggle>
            <summary>{summary}</summary>
            {children()}
        </details>
    }
}
