"""What every record has: owner, visibility, labels, own fields, saved views, changes, trash.

A new kind of record, say an invoice, is made in an app that stands left of this one:

1. **Model.** A subclass of `fields.models.Record` with `MANY` (the word of its addresses and
   rights), `FACTS` (`fields.facts.Fact`: what filters, columns, files and programs call what is
   known of it), `search_parts` and `SAYS` (its own columns that find it). `class Meta(Record.Meta)`
   keeps the common indexes. That is all that searching, own fields, labels, trash and export need
   to know it.
2. **Rights.** `invoices.change`, `invoices.delete` (and `invoices.merge`, if two can become
   one) in `workspaces.permissions.RULES`.
3. **Actions.** Making one calls `fields.actions.create`, changing it `fields.actions.change`;
   what a kind does besides passes its own `verb`. Nothing else writes columns of a record.
4. **Pages.** An `INVOICES = Kind(…)` (`fields.views.kinds`) in its views: the form of a new one
   and what makes it, the template of one (it extends `crm/fields/record.html`, with blocks for
   what only this kind shows), the columns of its list. `*addresses(INVOICES)` in its URLs gives
   the list, the page, a new one, facts edited in place, bulk actions, undo, trash and "who can
   see this", and registers the kind for the pages that show all kinds.
5. **REST.** A subclass of `fields.api.Records` with the shapes of an answer (`RecordShape`) and
   of a new one (`NewRecordShape`), `make` and `alter`; the shapes of changes and of bulk
   requests, the operations and their words in OpenAPI follow. One line in `crm.config.api`.
6. **Tests' tables.** A line in tests/rights.py, tests/routes.py, tests/api/population.py.
"""
