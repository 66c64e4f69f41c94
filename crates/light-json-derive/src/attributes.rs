//! The attributes of serde that are understood. Those that are for writing alone are read over.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, Field, Ident, LitStr, Result, Variant};

/// What is said of a type.
#[derive(Default)]
pub(crate) struct OfType {
    /// Fields that are not there come from the type's default.
    pub(crate) default: bool,
    /// The field that names the variant.
    pub(crate) tag: Option<LitStr>,
    /// The first variant that fits counts.
    pub(crate) untagged: bool,
    rename_all: Option<Case>,
}

/// How the names of variants are written.
#[derive(Clone, Copy)]
enum Case {
    Kebab,
    Lower,
}

impl OfType {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<OfType> {
        let mut of_type = OfType::default();
        each(attributes, |meta| {
            if meta.path.is_ident("default") {
                of_type.default = true;
            } else if meta.path.is_ident("tag") {
                of_type.tag = Some(text(meta)?);
            } else if meta.path.is_ident("untagged") {
                of_type.untagged = true;
            } else if meta.path.is_ident("rename_all") {
                of_type.rename_all = Some(match text(meta)?.value().as_str() {
                    "kebab-case" => Case::Kebab,
                    "lowercase" => Case::Lower,
                    _ => return Err(unknown(meta)),
                });
            } else if meta.path.is_ident("expecting") {
                text(meta)?;
            } else if !meta.path.is_ident("deny_unknown_fields") {
                return Err(unknown(meta));
            }
            Ok(())
        })?;
        Ok(of_type)
    }
}

/// What is said of a field.
pub(crate) struct OfField {
    pub(crate) name: String,
    pub(crate) default: Option<Otherwise>,
}

/// What a field is when it is not there.
pub(crate) enum Otherwise {
    /// Its type's default.
    OfType,
    /// What this function gives.
    By(ExprPath),
}

impl OfField {
    pub(crate) fn read(field: &Field) -> Result<OfField> {
        let name = field.ident.as_ref().map(ToString::to_string);
        let mut of_field = OfField {
            name: name.unwrap_or_default(),
            default: None,
        };
        each(&field.attrs, |meta| {
            if meta.path.is_ident("rename") {
                of_field.name = text(meta)?.value();
            } else if meta.path.is_ident("default") {
                of_field.default = Some(
                    match meta.input.is_empty() || meta.input.peek(syn::Token![,]) {
                        true => Otherwise::OfType,
                        false => Otherwise::By(text(meta)?.parse()?),
                    },
                );
            } else if meta.path.is_ident("skip_serializing_if") {
                text(meta)?;
            } else {
                return Err(unknown(meta));
            }
            Ok(())
        })?;
        Ok(of_field)
    }
}

/// What is said of a variant.
pub(crate) struct OfVariant {
    pub(crate) name: String,
}

impl OfVariant {
    pub(crate) fn read(variant: &Variant, of_type: &OfType) -> Result<OfVariant> {
        let mut name = match of_type.rename_all {
            None => variant.ident.to_string(),
            Some(Case::Lower) => variant.ident.to_string().to_lowercase(),
            Some(Case::Kebab) => kebab(&variant.ident),
        };
        each(&variant.attrs, |meta| {
            if !meta.path.is_ident("rename") {
                return Err(unknown(meta));
            }
            name = text(meta)?.value();
            Ok(())
        })?;
        Ok(OfVariant { name })
    }
}

fn kebab(ident: &Ident) -> String {
    let mut name = String::new();
    for letter in ident.to_string().chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            attribute.parse_nested_meta(|meta| read(&meta))?;
        }
    }
    Ok(())
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

fn unknown(meta: &ParseNestedMeta<'_>) -> syn::Error {
    meta.error("light-json does not know this")
}
