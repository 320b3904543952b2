import os,sys,glob
os.environ.setdefault('DJANGO_SETTINGS_MODULE','config.settings')
import django; django.setup()
from django.utils import translation
translation.activate('en')
from projects.ledger import read_ledger
for f in sorted(sys.argv[1:]):
    n=os.path.basename(f)
    kw={'T1b':(2019,'2019-02'),'T3_':(2023,'2023-05'),'T4b':(2014,'2014-09'),'T8_':(2024,'2024-08'),'A40':(2024,'2024-04')}.get(n[:3],(2024,'2024-06'))
    l=read_ledger(open(f,'rb').read(),n,year=kw[0],period=kw[1])
    print('=====',n,l.header_rows,l.year,l.month)
    print({c.header:c.field for c in l.columns})
    for p in l.all_problems(): print('  ',p.severity,p.cell or p.row,p.column,'|',p.value[:30],'|',p.message)
    for x in l.notes: print('   note',x)
