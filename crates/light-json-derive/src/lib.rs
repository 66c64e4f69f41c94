//! `#[derive(FromJson)]` for light-json. It reads the `#[serde(…)]` attributes that are there already; one that it does not
//! know is an error when the type is compiled.

mod attributes;

use attributes::{OfField, OfType, OfVariant, Otherwise};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, FieldsNamed, Result, parse_macro_input};

/// Reads the type from JSON, as serde's attributes on it say.
#[proc_macro_derive(FromJson, attributes(serde))]
pub fn from_json(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    reading(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn reading(input: &DeriveInput) -> Result<TokenStream> {
    let of_type = OfType::read(&input.attrs)?;
    if !input.generics.params.is_empty() {
        return Err(Error::new(input.generics.span(), "a type with parameters"));
    }
    let body = match &input.data {
        Data::Struct(data) => of_struct(&of_type, &data.fields)?,
        Data::Enum(data) => of_enum(&of_type, data)?,
        Data::Union(_) => return Err(Error::new(input.span(), "a union")),
    };
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl ::light_json::FromJson for #name {
            fn from_json(
                json: ::light_json::Json<'_>,
            ) -> ::core::option::Option<Self> {
                #body
            }
        }
    })
}

fn of_struct(of_type: &OfType, fields: &Fields) -> Result<TokenStream> {
    match fields {
        Fields::Named(named) => named_fields(&quote!(Self), named, of_type.default),
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => Ok(quote! {
            ::core::option::Option::Some(Self(::light_json::FromJson::from_json(json)?))
        }),
        _ => Err(Error::new(fields.span(), "a struct without named fields")),
    }
}

/// What makes `path` out of the fields of the object `json`; of a whole that has a default, those that are there take
/// the place of what it has.
fn named_fields(path: &TokenStream, named: &FieldsNamed, default: bool) -> Result<TokenStream> {
    let (mut names, mut idents, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in named.named.iter().enumerate() {
        let of_field = OfField::read(field)?;
        if default && of_field.default.is_some() {
            return Err(Error::new(field.span(), "a default inside of a default"));
        }
        values.push(match &of_field.default {
            Some(Otherwise::OfType) => quote! { fields.or_default(#index)? },
            Some(Otherwise::By(by)) => quote! { fields.or(#index, #by())? },
            None => quote! { fields.required(#index)? },
        });
        names.push(of_field.name);
        idents.push(&field.ident);
    }
    let length = names.len();
    let made = if default {
        let indices = 0..length;
        quote! {
            let mut whole = <Self as ::core::default::Default>::default();
            #(fields.replace(#indices, &mut whole.#idents)?;)*
            ::core::option::Option::Some(whole)
        }
    } else {
        quote! { ::core::option::Option::Some(#path { #(#idents: #values),* }) }
    };
    Ok(quote! {
        let mut slots = [0; #length];
        let fields = json.fields(&[#(#names),*], &mut slots)?;
        #made
    })
}

fn of_enum(of_type: &OfType, data: &DataEnum) -> Result<TokenStream> {
    let (mut names, mut arms) = (Vec::new(), Vec::new());
    for (index, variant) in data.variants.iter().enumerate() {
        let ident = &variant.ident;
        let path = quote! { Self::#ident };
        names.push(OfVariant::read(variant, of_type)?.name);
        let content = match &variant.fields {
            Fields::Unit => None,
            Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => Some(quote! {
                ::core::option::Option::Some(#path(::light_json::FromJson::from_json(json)?))
            }),
            Fields::Named(named) if of_type.tag.is_some() => {
                Some(named_fields(&path, named, false)?)
            }
            fields => return Err(Error::new(fields.span(), "a variant of this form")),
        };
        let whole = quote! { ::core::option::Option::Some(#path) };
        arms.push(match (of_type.untagged, &of_type.tag, content) {
            (true, _, Some(content)) => {
                quote! { let found = (|| { #content })(); if found.is_some() { return found; } }
            }
            (true, _, None) => return Err(Error::new(variant.span(), "untagged, yet empty")),
            (false, Some(_), Some(content)) => quote! { #index => { #content } },
            (false, Some(_), None) => quote! { #index => #whole, },
            (false, None, Some(content)) => {
                quote! { (#index, ::core::option::Option::Some(json)) => #content, }
            }
            (false, None, None) => quote! { (#index, ::core::option::Option::None) => #whole, },
        });
    }
    let nothing = quote! { ::core::option::Option::None };
    if of_type.untagged {
        return Ok(quote! { #(#arms)* #nothing });
    }
    let is_plain = data
        .variants
        .iter()
        .all(|variant| variant.fields.is_empty());
    let variant = match &of_type.tag {
        Some(tag) => quote! { json.tag(&[#tag], &[#(#names),*])? },
        None if is_plain => {
            quote! { (json.name(&[#(#names),*])?, ::core::option::Option::<()>::None) }
        }
        None => quote! { json.variant(&[#(#names),*])? },
    };
    Ok(quote! { match #variant { #(#arms)* _ => #nothing } })
}
