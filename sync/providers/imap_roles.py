"""What a folder is for, told by the server or else by its name in many languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sync.providers.base import RemoteFolder, Role

FLAGS = {
    "\\sent": Role.SENT,
    "\\drafts": Role.DRAFTS,
    "\\trash": Role.TRASH,
    "\\junk": Role.SPAM,
    "\\archive": Role.ARCHIVE,
    "\\all": Role.ALL,
    "\\inbox": Role.INBOX,
    # The older XLIST of Gmail and others.
    "\\spam": Role.SPAM,
    "\\allmail": Role.ALL,
}

_NAMES: dict[Role, str] = {
    Role.SENT: (
        "sent|sent items|sent mail|sent messages|sent-mail|sentmail|outbox.sent"
        "|enviados|itens enviados|mensagens enviadas|e-mails enviados|emails enviados|enviadas"
        "|correo enviado|elementos enviados|mensajes enviados|enviats|elements enviats"
        "|gesendet|gesendete objekte|gesendete elemente|gesendete nachrichten"
        "|envoyés|éléments envoyés|messages envoyés|courrier envoyé|objets envoyés"
        "|inviata|inviati|posta inviata|elementi inviati|messaggi inviati"
        "|verzonden|verzonden items|verzonden berichten|verstuurd"
        "|skickat|skickade|skickade objekt|sendt|sendte elementer|sendt post|sendte"
        "|lähetetyt|lähetetyt viestit|saadetud|saadetud kirjad|nosūtītie|išsiųsti|išsiųsta"
        "|wysłane|elementy wysłane|poczta wysłana|odeslané|odeslaná pošta|odoslané|odoslaná pošta"
        "|elküldött|elküldött elemek|elküldött üzenetek|poslano|poslane|poslane poruke"
        "|trimise|mesaje trimise|elemente trimise|изпратени|отправленные|отправлено|исходящие"
        "|надіслані|послате|απεσταλμένα|gönderilmiş öğeler|gönderilmiş postalar|gönderilenler"
        "|gönderilen|نشانی‌های فرستاده|البريد المرسل|المرسل|المرسلة|דואר שנשלח|פריטים שנשלחו"
        "|送信済み|送信済みメール|送信済みアイテム|送信済みトレイ|已发送|已发邮件|已发送邮件|寄件備份"
        "|已傳送郵件|보낸편지함|보낸 편지함|보낸 메일함|terkirim|item terkirim|đã gửi|thư đã gửi"
        "|ส่งแล้ว"
        "|reportu|sendiak|bidalitakoak"
    ),
    Role.DRAFTS: (
        "drafts|draft|rascunhos|rascunho|borradores|borrador|esborranys|entwürfe|entwurf"
        "|brouillons|brouillon|bozze|bozza|concepten|concepts|utkast|kladder|kladde"
        "|luonnokset|mustandid|melnraksti|juodraščiai|kopie robocze|szkice|wersje robocze"
        "|koncepty|rozepsané|rozpísané|piszkozatok|skice|nacrti|osnutki|ciorne|schițe|чернови"
        "|черновики|чернетки|нацрти|πρόχειρα|taslaklar|taslak|مسودات|المسودات|טיוטות"
        "|下書き|草稿|草稿箱|草稿夾|임시보관함|임시 보관함|konsep|draf|thư nháp|nháp|แบบร่าง"
        "|zirriborroak"
    ),
    Role.TRASH: (
        "trash|deleted|deleted items|deleted messages|bin|wastebasket"
        "|lixeira|lixo|itens excluídos|itens apagados|itens eliminados|mensagens excluídas"
        "|excluídos|apagados|papelera|papelera de reciclaje|elementos eliminados|eliminados"
        "|paperera|elements suprimits|papierkorb|gelöscht|gelöschte objekte|gelöschte elemente"
        "|corbeille|éléments supprimés|messages supprimés|poubelle|cestino|posta eliminata"
        "|elementi eliminati|prullenbak|prullenmand|verwijderde items|verwijderd"
        "|papperskorgen|papperskorg|borttaget|borttagna objekt|papirkurv|slettet post"
        "|slettede elementer|søppel|søppelkurv|roskakori|poistetut|poistetut viestit|prügikast"
        "|miskaste|atkritne|dzēstie vienumi|šiukšlinė|šiukšliadėžė|ištrinta|kosz|elementy usunięte"
        "|koš|odstraněná pošta|odstránené|kôš|kuka|törölt elemek|lomtár|smeće|otpad|koš za smeti"
        "|obrisane stavke|gunoi|coș de gunoi|elemente șterse|кошче|изтрити|корзина|удаленные"
        "|удалённые|кошик|видалені|отпад|κάδος απορριμμάτων|διαγραμμένα|çöp|çöp kutusu"
        "|silinmiş öğeler|سلة المهملات|المهملات|العناصر المحذوفة|אשפה|פריטים שנמחקו|ゴミ箱"
        "|削除済みアイテム|已删除|已删除邮件|废件箱|垃圾桶|刪除的郵件|휴지통|지운 편지함"
        "|sampah|item dihapus|thùng rác|đã xóa|ถังขยะ|zakarrontzia"
    ),
    Role.SPAM: (
        "spam|junk|junk mail|junk e-mail|junk email|bulk mail|bulk|unsolicited"
        "|lixo eletrônico|lixo electrónico|lixo eletronico|quarentena|correo no deseado"
        "|correu brossa|correo basura|junk-e-mail|unerwünscht|werbung|spamverdacht"
        "|courrier indésirable|indésirables|pourriel|posta indesiderata|indesiderata"
        "|ongewenste e-mail|ongewenst|ongewenste mail|skräppost|skräp|søppelpost|uønsket"
        "|uønsket e-post|uønsket mail|roskaposti|rämpspost|rämps|mēstules|brukalas|šlamštas"
        "|wiadomości-śmieci|niechciane|nevyžádaná pošta|nevyžiadaná pošta|levélszemét"
        "|neželjena pošta|neželena pošta|bezwartościowe|mesaje nedorite|нежелана поща|спам"
        "|нежелательная почта|небажана пошта|ανεπιθύμητη αλληλογραφία|ανεπιθύμητα"
        "|gereksiz e-posta|önemsiz|istenmeyen|البريد غير الهام|البريد المزعج|דואר זבל|זבל"
        "|迷惑メール|スパム|垃圾邮件|垃圾郵件|스팸|스팸메일함|스팸 메일함|thư rác|จดหมายขยะ"
    ),
    Role.ARCHIVE: (
        "archive|archives|archived|arquivo|arquivos|arquivo morto|arquivados|arquivadas"
        "|archivo|archivados|archivo muerto|arxiu|archiv|archivio|archief|arkiv|arkisto"
        "|arhiiv|arhīvs|archyvas|archiwum|archív|archívum|arhiva|arhiv|arhivă|архив|архів"
        "|αρχειοθήκη|αρχείο|arşiv|الأرشيف|أرشيف|ארכיון|アーカイブ|归档|封存|보관함|arsip|lưu trữ"
    ),
    Role.ALL: (
        "all mail|todos os e-mails|todos os emails|todo el correo|todos|alle nachrichten"
        "|tous les messages|tutti i messaggi|alle e-mails|вся почта|すべてのメール|所有邮件"
    ),
}


def _plain(name: str) -> str:
    """A name without accents, case or stray blanks, since servers spell it many ways."""
    parts = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


_BY_NAME = {_plain(name): role for role, names in _NAMES.items() for name in names.split("|")}
_PREFIXES = ("inbox", "[gmail]", "[google mail]")


def by_flags(flags: Iterable[str]) -> Role:
    """The role a server marks a folder with, in whatever case."""
    for flag in flags:
        role = FLAGS.get(flag.lower())
        if role:
            return role
    return Role.OTHER


def by_name(display: str, delimiter: str) -> Role:
    """The role a name suggests, at the top or right below INBOX."""
    if display.casefold() == "inbox":
        return Role.INBOX
    parts = display.split(delimiter) if delimiter else [display]
    if len(parts) > 1 and parts[0].casefold() in _PREFIXES:
        parts = parts[1:]
    return _BY_NAME.get(_plain(parts[0]), Role.OTHER) if len(parts) == 1 else Role.OTHER


def assign(folders: Sequence[RemoteFolder]) -> tuple[RemoteFolder, ...]:
    """Give each role to one folder: what the server says first, then what names suggest."""
    taken: set[Role] = set()
    result = list(folders)
    for index, folder in enumerate(result):
        if folder.role in taken:
            result[index] = replace(folder, role=Role.OTHER)
        elif folder.role is not Role.OTHER:
            taken.add(folder.role)
    for index, folder in enumerate(result):
        role = by_name(folder.display, folder.delimiter)
        free = folder.role is Role.OTHER and folder.selectable and role not in taken
        if free and role is not Role.OTHER:
            result[index] = replace(folder, role=role)
            taken.add(role)
    return tuple(result)
