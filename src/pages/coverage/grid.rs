//! What the page shows, as plain data: every product that the filters leave, against every way to pay, on a day.

use super::holder::holder;
use crate::verdict::Names;
use entitlement_rules::{
    AccountFacts, Answer, Beneficiary, Column, Date, FailingSide, Funding, IncidentQuestion,
    Matrix, Outcome, Product, Programme, RuleId, matrix, turning_days,
};

/// What the reader has chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wish {
    /// Parts of product names, in any order; empty for all.
    pub(super) search: String,
    /// Id of the workload; empty for all.
    pub(super) family: String,
    /// Key of the way to pay; empty for all.
    pub(super) way: String,
    /// Incidents of a customer, not of the own company.
    pub(super) customer: bool,
    /// Only what differs from this day.
    pub(super) since: Option<Date>,
}

/// Whose ways to pay are asked about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) programme: &'a Programme,
    /// The account; without one, [`holder`].
    pub(super) account: Option<&'a AccountFacts>,
}

/// Whether a way pays for an incident with a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// It does.
    Yes,
    /// As soon as the account has put something in order.
    Conditional,
    /// It does not.
    No,
}

/// What stands on the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// The day.
    pub(super) on: Date,
    /// What the law says on it, of the whole catalogue.
    matrix: Matrix,
    /// The ways to pay that are shown, by their place in the matrix.
    pub(super) ways: Vec<usize>,
    /// The products that are shown: the rows of each, by their place in the matrix.
    pub(super) products: Vec<Vec<usize>>,
}

impl<'a> Asked<'a> {
    /// The facts that are asked about, for a day.
    pub(super) fn facts(self, on: Date) -> AccountFacts {
        match self.account {
            Some(facts) => AccountFacts {
                as_of: on,
                ..facts.clone()
            },
            None => holder(self.programme, on),
        }
    }

    /// The page on a day.
    pub(super) fn grid(self, wish: &Wish, on: Date) -> Grid {
        let matrix = self.matrix(wish, on);
        let before = wish.since.map(|since| self.matrix(wish, since));
        let ways: Vec<usize> = (0..)
            .zip(&matrix.columns)
            .filter(|(_, column)| is_told_of(column))
            .filter(|(_, column)| wish.way.is_empty() || key(column) == wish.way)
            .map(|(position, _)| position)
            .collect();
        let is_shown = |row: &usize| {
            let before = before.as_ref();
            before.is_none_or(|before| ways.iter().any(|way| differs(&matrix, before, *row, *way)))
        };
        let products = matrix
            .products()
            .filter(|rows| {
                let row = matrix.rows.get(rows.start);
                row.and_then(|row| self.programme.product(&row.product))
                    .is_some_and(|product| self.is_wished(wish, product))
            })
            .map(|rows| rows.filter(is_shown).collect::<Vec<usize>>())
            .filter(|rows| !rows.is_empty())
            .collect();
        Grid {
            on,
            matrix,
            ways,
            products,
        }
    }

    /// The next day after `from` on which something that is shown changes, or the last one before it; with how many answers
    /// do.
    pub(super) fn change(self, wish: &Wish, from: Date, forward: bool) -> Option<(Date, u32)> {
        let shown = Wish {
            since: None,
            ..wish.clone()
        };
        let mut days = self.days(&shown);
        days.retain(|day| if forward { *day > from } else { *day < from });
        if !forward {
            days.reverse();
        }
        days.into_iter().find_map(|day| {
            let now = self.grid(&shown, day);
            let before = self.matrix(&shown, day.plus_days(-1));
            let changed = now.products.iter().flatten().map(|row| {
                let ways = now.ways.iter();
                ways.filter(|way| differs(&now.matrix, &before, *row, **way))
                    .count()
            });
            let changed = u32::try_from(changed.sum::<usize>()).unwrap_or(u32::MAX);
            (changed > 0).then_some((day, changed))
        })
    }

    /// The first and the last day on which anything of the programme's or the account's begins or ends, or the day itself.
    pub(super) fn span(self, day: Date) -> (Date, Date) {
        let days = self.days(&Wish::default());
        let first = days.first().map_or(day, |first| day.min(*first));
        let last = days.last().map_or(day, |last| day.max(*last));
        (first, last)
    }

    /// Every way to pay, with the key that a filter knows it by; each once.
    pub(super) fn ways(self, on: Date) -> Vec<Column> {
        let mut ways: Vec<Column> = Vec::new();
        for column in self.matrix(&Wish::default(), on).columns {
            if is_told_of(&column) && !ways.iter().any(|other| key(other) == key(&column)) {
                ways.push(column);
            }
        }
        ways
    }

    fn matrix(self, wish: &Wish, on: Date) -> Matrix {
        let about = IncidentQuestion {
            beneficiary: Some(match wish.customer {
                true => Beneficiary::Customer,
                false => Beneficiary::OwnCompany,
            }),
            ..IncidentQuestion::default()
        };
        matrix(self.programme, &self.facts(on), &about, on)
    }

    fn days(self, wish: &Wish) -> Vec<Date> {
        let products = self.programme.data().products.iter();
        let wished = products.filter(|product| self.is_wished(wish, product));
        turning_days(self.programme, self.account, wished)
    }

    /// Whether every word of the search is in the name of the product or its workload.
    fn is_wished(self, wish: &Wish, product: &Product) -> bool {
        let is_there = |part: &str| product.name.to_lowercase().contains(part);
        let search = wish.search.to_lowercase();
        (wish.family.is_empty() || product.workload == wish.family)
            && search.split_whitespace().all(is_there)
    }
}

impl Grid {
    /// Whether a way pays for a row, and the rules that say no.
    pub(super) fn cover(&self, row: usize, way: usize) -> Option<(Cover, Vec<&'static str>)> {
        let answer = self.matrix.cell(row, way)?;
        let reasons = answer.reasons.iter().map(RuleId::code).collect();
        Some((cover(answer), reasons))
    }

    /// What to ask the law for the explanation of a cell.
    pub(super) fn question(&self, row: usize, way: usize) -> Option<IncidentQuestion> {
        self.matrix.question(row, way)
    }

    /// The way to pay.
    pub(super) fn column(&self, way: usize) -> Option<&Column> {
        self.matrix.columns.get(way)
    }

    /// The product of a row and, where they matter, the version or the side that fails.
    pub(super) fn row(
        &self,
        row: usize,
        names: Names<'_>,
    ) -> Option<(String, Option<String>, Option<FailingSide>)> {
        let row = self.matrix.rows.get(row)?;
        let version = row.version.as_deref();
        let version = version.map(|id| names.version(Some(&row.product), id));
        Some((names.product(&row.product), version, row.side))
    }
}

/// What a filter knows a way to pay by: a benefit of a package, or a plan.
pub(super) fn key(column: &Column) -> String {
    match (&column.benefit, &column.funding) {
        (Some(benefit), _) | (None, Funding::Benefit { benefit }) => benefit.to_string(),
        (None, Funding::ResellerPlan { plan } | Funding::PaidPlan { plan }) => plan.clone(),
        (None, Funding::Contract { contract }) => contract.clone(),
        (None, Funding::HeldIds) => "held-ids".to_owned(),
    }
}

/// Of a contract that nobody has named, nobody knows what it covers.
fn is_told_of(column: &Column) -> bool {
    column.funding != Funding::HeldIds
}

fn cover(answer: Answer) -> Cover {
    match answer.outcome {
        Outcome::Allowed => Cover::Yes,
        _ if answer.is_conditional() => Cover::Conditional,
        _ => Cover::No,
    }
}

/// Whether a cell says something else than on another day. Rows are the programme's, on every day the same; ways may come
/// and go.
fn differs(now: &Matrix, before: &Matrix, row: usize, way: usize) -> bool {
    let funding = now.columns.get(way).map(|column| &column.funding);
    let mut columns = before.columns.iter();
    let same_way = columns.position(|column| Some(&column.funding) == funding);
    same_way.and_then(|way| before.cell(row, way)) != now.cell(row, way)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme() -> Programme {
        let text = include_str!("../../../programmes/mpn-2021.json");
        Programme::check(serde_json::from_str(text).unwrap()).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn anybody(programme: &Programme) -> Asked<'_> {
        Asked {
            programme,
            account: None,
        }
    }

    fn search(text: &str) -> Wish {
        Wish {
            search: text.to_owned(),
            ..Wish::default()
        }
    }

    /// The answers of one product and version, by the ways' keys.
    fn answers(wish: &Wish, on: &str, version: &str) -> Vec<(String, Cover, String)> {
        let programme = programme();
        let grid = anybody(&programme).grid(wish, day(on));
        let names = Names::of_programme(&programme, "en");
        let rows = grid.products.iter().flatten().copied();
        let row = rows
            .clone()
            .find(|row| grid.row(*row, names).unwrap().1.as_deref() == Some(version))
            .or(rows.clone().next())
            .unwrap();
        let ways = grid.ways.iter().map(|way| {
            let (cover, reasons) = grid.cover(row, *way).unwrap();
            (key(grid.column(*way).unwrap()), cover, reasons.join(" "))
        });
        ways.collect()
    }

    fn said(wish: &Wish, on: &str, version: &str) -> Vec<String> {
        let answers = answers(wish, on, version).into_iter();
        let mark = |cover| match cover {
            Cover::Yes => "yes",
            Cover::Conditional => "conditional",
            Cover::No => "no",
        };
        answers
            .map(|(way, cover, reasons)| {
                format!("{way}: {} {reasons}", mark(cover))
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn who_is_not_signed_in_sees_what_each_benefit_and_plan_covers() {
        assert_eq!(
            said(&search("windows server"), "2021-03-04", "2019"),
            [
                "product-support.action-pack: yes",
                "signature-cloud-support.action-pack: no S20 S26",
                "product-support.competency: yes",
                "signature-cloud-support.competency: no S26",
                "csp-plan: no S30 E10",
                "advanced: no S37",
                "premier: yes",
            ]
        );
    }

    #[test]
    fn a_customers_cloud_request_depends_on_a_role() {
        let customers = Wish {
            customer: true,
            ..search("azure virtual machines")
        };
        let said = said(&customers, "2021-03-04", "");
        assert!(
            said.contains(&"csp-plan: conditional S32".to_owned()),
            "{said:?}"
        );
        assert!(said.contains(&"signature-cloud-support.competency: conditional S32".to_owned()));
        assert!(
            said.contains(&"product-support.competency: no S24 S32".to_owned()),
            "{said:?}"
        );
    }

    #[test]
    fn the_next_change_is_the_day_on_which_an_answer_on_show_is_another_and_leads_back() {
        let programme = programme();
        let asked = anybody(&programme);
        let sql = search("sql server");
        // Mainstream support of SQL Server 2017, the one before the current version, ends on 11 October 2022.
        let (next, changed) = asked.change(&sql, day("2021-03-04"), true).unwrap();
        assert_eq!(next, day("2022-10-12"));
        assert_eq!(changed, 2, "for both benefits that cover it");
        let (before, _) = asked.change(&sql, day("2022-10-13"), false).unwrap();
        assert_eq!(before, next);
        assert_eq!(asked.change(&sql, day("2099-01-01"), true), None);
    }

    #[test]
    fn only_what_differs_between_two_days_is_left() {
        let programme = programme();
        let wish = Wish {
            since: Some(day("2021-03-04")),
            ..search("sql server")
        };
        let grid = anybody(&programme).grid(&wish, day("2022-10-12"));
        let names = Names::of_programme(&programme, "en");
        let rows = grid.products.iter().flatten();
        let versions: Vec<_> = rows
            .map(|row| grid.row(*row, names).unwrap().1.unwrap())
            .collect();
        assert_eq!(versions, ["2017"]);
        let same = anybody(&programme).grid(&wish, day("2021-03-04"));
        assert!(same.products.is_empty());
    }

    #[test]
    fn filters_leave_the_products_and_ways_that_were_asked_for() {
        let programme = programme();
        let wish = Wish {
            family: "azure".into(),
            way: "advanced".into(),
            ..Wish::default()
        };
        let grid = anybody(&programme).grid(&wish, day("2021-03-04"));
        assert_eq!(grid.ways.len(), 1);
        let azure = programme
            .data()
            .products
            .iter()
            .filter(|it| it.workload == "azure");
        assert_eq!(grid.products.len(), azure.count());
        assert!(
            anybody(&programme)
                .grid(&search("zzz"), day("2021-03-04"))
                .products
                .is_empty()
        );
    }

    #[test]
    fn the_days_reach_from_the_first_that_begins_to_the_last_that_ends_and_to_the_day_itself() {
        let programme = programme();
        let asked = anybody(&programme);
        let (first, last) = asked.span(day("2021-03-04"));
        assert_eq!((first, last), (day("2013-01-09"), day("2036-01-07")));
        assert_eq!(asked.span(day("2050-01-01")).1, day("2050-01-01"));
    }
}
