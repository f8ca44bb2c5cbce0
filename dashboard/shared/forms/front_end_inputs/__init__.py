"""The parameters of each kind of front end as inputs of a form, a file a kind; `table` says which is whose."""
