//! `[[terms.reservation]]`: what is owned, and what of it is given back.

#![deny(clippy::float_arithmetic)]

use crate::billing::agreement::names::NameKind;
use crate::billing::agreement::read::Reader;
use crate::billing::agreement::table::ReservationTable;
use crate::billing::commitment::{Commitment, Renewal, Return, Term, TermPayment};
use crate::units::money::UnitPrice;
use jiff::civil::Date;
use std::sync::Arc;

impl Reader {
    pub(super) fn reservations(&mut self, tables: &[ReservationTable]) -> Vec<Commitment> {
        let mut found: Vec<Commitment> = Vec::new();
        for table in tables {
            let Some(commitment) = self.reservation(table) else { continue };
            if found.iter().any(|other| other.id == commitment.id) {
                self.wrong(
                    "duplicate-name",
                    &table.id,
                    format!("two reservations of one id: {}", commitment.id),
                    "give each its own",
                );
            }
            found.push(commitment);
        }
        for table in tables {
            let Some(exchanged) = &table.exchanged else { continue };
            let on = self.date(&exchanged.on);
            let instead = found.iter().find(|other| *other.id == **exchanged.instead.get_ref());
            match instead.map(|other| (other.start, on)) {
                Some((start, Some(on))) if start != on => self.wrong(
                    "exchange-on-another-day",
                    &exchanged.on,
                    format!("exchanged on {on} for a reservation that starts on {start}"),
                    "an exchange cancels and buys on one day: let both dates be the same",
                ),
                Some(_) => {}
                None => {
                    let ids = found.iter().map(|other| other.id.to_string()).collect::<Vec<_>>();
                    self.unknown("reservation", &exchanged.instead, ids.iter().map(String::as_str));
                }
            }
        }
        found
    }

    fn reservation(&mut self, table: &ReservationTable) -> Option<Commitment> {
        let terms = [Term::OneMonth, Term::OneYear].map(|term| (term.as_str(), term));
        let payments = [("upfront", TermPayment::Upfront), ("monthly", TermPayment::Monthly)];
        let sku = self.name(NameKind::Sku, &table.sku);
        let region = table.region.as_ref().map(|region| self.name(NameKind::Region, region));
        let term = self.word("term", Some(&table.term), &terms);
        let payment = self.word("payment", table.payment.as_ref(), &payments);
        let start = self.date(&table.start);
        let price = table.price.as_ref().map(|price| self.money(price));
        if *table.quantity_ptu.get_ref() == 0 {
            self.wrong(
                "commitment-empty",
                &table.quantity_ptu,
                format!("reservation {} reserves 0 PTU", table.id.get_ref()),
                "write how many PTUs it reserves",
            );
        }
        let returned = self.returned(table, start);
        Some(Commitment {
            id: table.id.get_ref().as_str().into(),
            sku,
            region,
            quantity_ptu: *table.quantity_ptu.get_ref(),
            term: term?,
            start: start?,
            payment: payment.unwrap_or(TermPayment::Upfront),
            renewal: if table.renews { Renewal::Automatic } else { Renewal::None },
            price_paid: price.flatten().map(|price| UnitPrice { price, per: 1 }),
            returned,
        })
    }

    fn returned(&mut self, table: &ReservationTable, start: Option<Date>) -> Option<Return> {
        let (on, written, instead) = match (&table.cancelled, &table.exchanged) {
            (None, None) => return None,
            (Some(day), None) => (self.date(day)?, day.span(), None),
            (None, Some(exchanged)) => {
                let instead: Arc<str> = exchanged.instead.get_ref().as_str().into();
                (self.date(&exchanged.on)?, exchanged.on.span(), Some(instead))
            }
            (Some(day), Some(_)) => {
                self.wrong(
                    "returned-twice",
                    day,
                    format!("reservation {} is cancelled and exchanged", table.id.get_ref()),
                    "keep `cancelled` or `exchanged`",
                );
                return None;
            }
        };
        if start.is_some_and(|start| on <= start) {
            self.wrong_at(
                "returned-before-it-starts",
                written,
                format!("reservation {} is returned on {on}", table.id.get_ref()),
                "it can be returned from the day after its first",
            );
        }
        Some(Return { on, instead })
    }
}
