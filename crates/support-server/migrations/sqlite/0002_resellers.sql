-- What kind of reseller a partner is; NULL when it is none, or when that is not known.
ALTER TABLE partner ADD COLUMN reseller TEXT;
