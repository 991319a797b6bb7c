//! The lines of a bill to be estimated: items of a catalogue, or items that the caller describes.

use std::sync::Arc;

use benefit::CaseLine;
use model::{CatalogueClass, CatalogueItem, Date, Exact, FeeCategory, Price, Quantity, Rate};
use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::{maybe_day, word};
use crate::failure::Failure;
use crate::web::Problem;

/// One line of the bill.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimateLine {
    /// National code in the region's catalogue. Without it and without `item` the line is of something that the catalogue
    /// does not have, and is taken as the policy says.
    #[serde(default)]
    item_code: Option<String>,
    /// The item in full, where the platform has no catalogue of the region; not together with `item_code`.
    #[serde(default)]
    item: Option<ItemBody>,
    /// Kind of charge of what the catalogue does not have, such as `material`, where the policy tells kinds apart.
    #[serde(default)]
    category: Option<String>,
    /// Day of the fee, where the bill is of a stay that is cut by it.
    #[serde(default)]
    date: Option<String>,
    /// Unit price in yuan.
    #[schema(example = "12.50")]
    price: String,
    /// Quantity.
    #[schema(example = "2")]
    quantity: String,
    /// Whether the hospital approves a limited use.
    #[serde(default)]
    approved: Option<bool>,
}

/// An item as its catalogue has it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemBody {
    /// What it is called.
    #[schema(example = "阿司匹林肠溶片")]
    name: String,
    /// `A`, `B` or `C`.
    #[schema(example = "B")]
    class: String,
    /// Of class B, the share that the person pays first.
    #[serde(default)]
    #[schema(example = "10 %")]
    first_self_pay: Option<String>,
    /// Kind of charge, such as `western_drug`; `other` where it is left out.
    #[serde(default)]
    category: Option<String>,
    /// Highest unit price in scope, in yuan.
    #[serde(default)]
    price_ceiling: Option<String>,
    /// Whether it is reimbursed only under conditions that the hospital approves.
    #[serde(default)]
    limited_use: bool,
    /// The policy's name of a group of items that has rules of its own.
    #[serde(default)]
    group: Option<String>,
}

/// The item that a code names on a day.
pub(super) type FindItem<'f> = dyn Fn(&str, Date) -> Option<Arc<CatalogueItem>> + 'f;

impl EstimateLine {
    /// Whether the item is to be looked up in a catalogue.
    pub(super) const fn names_code(&self) -> bool {
        self.item_code.is_some() && self.item.is_none()
    }

    /// Whether the caller describes the item in full.
    pub(super) const fn is_described(&self) -> bool {
        self.item.is_some()
    }

    /// The line at a place of the bill; `on` is the day of its fee where it names none.
    pub(super) fn read(&self, index: usize, on: Date, find: &FindItem<'_>) -> Result<CaseLine, Failure> {
        let field = |name: &str| format!("lines[{index}].{name}");
        let bad_price = |_| Failure::in_field(field("price"), Problem::PriceFormat);
        let bad_quantity = || Failure::in_field(field("quantity"), Problem::QuantityFormat);
        let price: Price = self.price.parse().map_err(bad_price)?;
        let quantity: Quantity = self.quantity.parse().map_err(|_| bad_quantity())?;
        let amount = price.times(quantity).and_then(Exact::round).map_err(|_| bad_quantity())?;
        let date = maybe_day(field("date"), self.date.as_ref())?;
        let category = self.category.as_ref();
        let category = category.map(|text| word::<FeeCategory>(field("category"), text)).transpose()?;
        if category.is_some() && (self.item_code.is_some() || self.is_described()) {
            return Err(Failure::in_field(field("category"), Problem::ValueUnknown));
        }
        Ok(CaseLine {
            serial: index.saturating_add(1).to_string(),
            item: self.item(index, date.unwrap_or(on), find)?,
            price,
            quantity,
            amount,
            approved: self.approved,
            date,
            category,
        })
    }

    fn item(
        &self,
        index: usize,
        on: Date,
        find: &FindItem<'_>,
    ) -> Result<Option<Arc<CatalogueItem>>, Failure> {
        let refused = |field: &str, problem| Failure::in_field(format!("lines[{index}].{field}"), problem);
        match (&self.item_code, &self.item) {
            (Some(_), Some(_)) => Err(refused("item", Problem::ItemTwice)),
            (Some(code), None) => match find(code, on) {
                Some(item) => Ok(Some(item)),
                None => Err(refused("item_code", Problem::ItemUnknown)),
            },
            (None, Some(item)) => item.read(index).map(|item| Some(Arc::new(item))),
            (None, None) => Ok(None),
        }
    }
}

impl ItemBody {
    fn read(&self, index: usize) -> Result<CatalogueItem, Failure> {
        let field = |name: &str| format!("lines[{index}].item.{name}");
        let refused = |name: &str, problem| Failure::in_field(field(name), problem);
        let class: CatalogueClass = word(field("class"), &self.class)?;
        let unknown = || refused("first_self_pay", Problem::ValueUnknown);
        let given = self.first_self_pay.as_ref().map(|text| Rate::parse(text).map_err(|_| unknown()));
        let first_self_pay = given.transpose()?.or(class.first_self_pay());
        let first_self_pay = first_self_pay.ok_or_else(|| refused("first_self_pay", Problem::Required))?;
        if !class.allows(first_self_pay) {
            return Err(unknown());
        }
        let bad_price = || refused("price_ceiling", Problem::PriceFormat);
        let price_ceiling: Option<Price> =
            self.price_ceiling.as_ref().map(|text| text.parse().map_err(|_| bad_price())).transpose()?;
        if price_ceiling.is_some_and(|ceiling| ceiling <= Price::default()) {
            return Err(bad_price());
        }
        let category = self.category.as_ref();
        let category = category.map_or(Ok(FeeCategory::Other), |text| word(field("category"), text))?;
        Ok(CatalogueItem {
            code: String::new(),
            name: self.name.clone(),
            specification: String::new(),
            class,
            category,
            first_self_pay,
            price_ceiling,
            limited_use: self.limited_use,
            group: self.group.clone(),
        })
    }
}
