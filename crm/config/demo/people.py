"""The customers of the demo: invented people at invented companies, all below .test."""

from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo

ENGLISH, PORTUGUESE = "en", "pt"
BRASILIA = -3
# Hours east of London of those who live elsewhere
ABROAD = {"soren": 1, "zoe": 1, "aisha": 4, "grace": -8}


@dataclass(frozen=True)
class Customer:
    """Somebody who writes to us; `outlook` says which mail program quotes for them."""

    key: str
    name: str
    address: str
    company: str
    language: str = ENGLISH
    title: str = ""
    outlook: bool = False

    @property
    def clock(self) -> tzinfo:
        """What the clocks show where the customer writes."""
        home = BRASILIA if self.language == PORTUGUESE else 0
        return timezone(timedelta(hours=ABROAD.get(self.key, home)))


def _customer(
    line: str, language: str, company: str, domain: str, *, outlook: bool = False
) -> Customer:
    key, name, local, title = (word.strip() for word in line.split("|"))
    return Customer(key, name, f"{local}@{domain}", company, language, title, outlook)


CUSTOMERS = (
    _customer("helen|Helen Carter|helen.carter|Operations Manager", ENGLISH,
              "Northwind Freight", "northwind-freight.test"),
    _customer("james|James O'Neill|j.oneill|Head of Purchasing", ENGLISH,
              "Harbour Foods", "harbourfoods.test", outlook=True),
    _customer("priya|Priya Raman|priya|Store Systems Lead", ENGLISH,
              "Lumen Retail", "lumenretail.test"),
    _customer("soren|Søren Kjær|soren.kjaer|Managing Director", ENGLISH,
              "Nordfjord Seafood", "nordfjord-seafood.test"),
    _customer("zoe|Zoë Müller|z.mueller|Einkauf", ENGLISH,
              "Müller & Söhne Großhandel", "mueller-soehne.test", outlook=True),
    _customer("tom|Tom Becker|tom.becker|IT Manager", ENGLISH,
              "Brightline Pharmacy", "brightline.test"),
    _customer("aisha|Aisha Khan|aisha.khan|Depot Manager", ENGLISH,
              "Crescent Parcel", "crescentparcel.test"),
    _customer("mark|Mark Evans|mevans|Finance", ENGLISH,
              "Harbour Foods", "harbourfoods.test", outlook=True),
    _customer("grace|Grace Lin|grace.lin|Warehouse Planner", ENGLISH,
              "Pinecrest Furniture", "pinecrest.test"),
    _customer("helena|Helena Ribeiro|helena|Diretora de Operações", PORTUGUESE,
              "Ribeiro Logística", "ribeirologistica.test"),
    _customer("joao|João Conceição|joao.conceicao|Gerente de TI", PORTUGUESE,
              "Farmácias São José", "farmaciassaojose.test", outlook=True),
    _customer("luisa|Luísa Araújo|luisa|Sócia", PORTUGUESE,
              "Café Araújo", "cafearaujo.test"),
    _customer("marcio|Márcio Guimarães|marcio.guimaraes|Compras", PORTUGUESE,
              "Distribuidora Ipê", "distribuidoraipe.test", outlook=True),
    _customer("antonio|Antônio Simões|antonio|Diretor Comercial", PORTUGUESE,
              "Atacadão Norte", "atacadaonorte.test"),
    _customer("beatriz|Beatriz Fonseca|bia.fonseca|Coordenadora de Loja", PORTUGUESE,
              "Papelaria Alvorada", "papelariaalvorada.test"),
    _customer("news|Warehouse Weekly|digest|", ENGLISH,
              "Warehouse Weekly", "warehouseweekly.test"),
    _customer("labels|Etiqueta & Cia|novidades|", PORTUGUESE,
              "Etiqueta & Cia", "etiquetaecia.test"),
    _customer("shop|Acme Web Shop|no-reply|", ENGLISH,
              "Acme Web Shop", "shop.acme.test"),
    _customer("carrier|Tracking Desk|tracking|", ENGLISH,
              "Bluebird Carriers", "bluebird-carriers.test"),
    _customer("fair|LogiExpo|convites|", PORTUGUESE,
              "LogiExpo", "logiexpo.test"),
)  # fmt: skip

# These write, but nobody reads there.
MACHINES = {"news", "labels", "shop", "carrier", "fair"}


def by_key(key: str) -> Customer:
    """The customer that letters call by this key; KeyError when there is none."""
    found = next((c for c in CUSTOMERS if c.key == key), None)
    if found is None:
        raise KeyError(key)
    return found


def behind(address: str) -> Customer:
    """Whoever answers at an address: a known customer, or one made up from its words."""
    address = address.strip().lower()
    known = next((c for c in CUSTOMERS if c.address == address), None)
    if known is not None:
        return known
    local, _, domain = address.partition("@")
    name = local.replace(".", " ").replace("_", " ").replace("-", " ").title()
    company = domain.split(".")[0].replace("-", " ").title()
    return Customer(address, name, address, company, language="")


def is_unknown(address: str) -> bool:
    """Whether mail to it comes back: unknown@ anywhere, or nobody of a company we know."""
    local, _, domain = address.strip().lower().partition("@")
    if local == "unknown" or not domain:
        return True
    staffed = {c.address.partition("@")[2] for c in CUSTOMERS} | {"acme.test", "globex.test"}
    return domain in staffed and not any(c.address == address.strip().lower() for c in CUSTOMERS)
